// SPDX-License-Identifier: MIT
/*
 * jansson quotes strings. In JSON, `<` occurs only inside strings, where \u003c has the same
 * meaning. Most of a page is numbers, which are printed without printf.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/view/html_writer.h"
#include "profile/util/utf8.h"
#include "profile/util/xalloc.h"

static int write_escaped(const char *buffer, size_t size, void *argument)
{
	FILE *out = argument;

	for (size_t i = 0; i < size; i++) {
		if (buffer[i] == '<')
			fputs("\\u003c", out);
		else
			putc_unlocked(buffer[i], out);
	}
	return 0;
}

void html_write_members(FILE *out, const json_t *object)
{
	json_dump_callback(object, write_escaped, out, JSON_COMPACT | JSON_EMBED);
}

void html_write_text(FILE *out, const char *text)
{
	char *utf8 = utf8_clean(text, strlen(text));
	json_t *string = json_string(utf8);

	if (!string)
		xalloc_fail();
	json_dump_callback(string, write_escaped, out, JSON_COMPACT | JSON_ENCODE_ANY);
	json_decref(string);
	free(utf8);
}

void html_write_number(FILE *out, uint64_t value)
{
	char digits[20];
	size_t nr = 0;

	do
		digits[nr++] = (char)('0' + value % 10);
	while (value /= 10);
	while (nr > 0)
		putc_unlocked(digits[--nr], out);
}

void html_write_comma(FILE *out, uint32_t index)
{
	if (index)
		putc_unlocked(',', out);
}
