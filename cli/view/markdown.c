// SPDX-License-Identifier: MIT
/*
 * A code span is enclosed in one backtick more than the longest row of backticks in it (CommonMark
 * 6.1). In GitHub's tables, a bar ends the cell even in a code span, unless a backslash precedes it
 * (GFM 4.10).
 */
#include "cli/view/markdown.h"

#include <stdlib.h>
#include <string.h>

#include "profile/util/text.h"
#include "profile/util/xalloc.h"

static size_t longest_run(const char *text, char character)
{
	size_t longest = 0, run = 0;

	for (; *text; text++) {
		run = *text == character ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

/* Returns @text with a backslash before each character that is in @set. */
static char *with_backslashes(const char *text, const char *set)
{
	char *result = xreallocarray(NULL, strlen(text) + 1, 2);
	char *out = result;

	for (; *text; text++) {
		if (strchr(set, *text))
			*out++ = '\\';
		*out++ = *text;
	}
	*out = '\0';
	return result;
}

char *markdown_code(const char *text)
{
	char *safe = text_escape(text);
	char *cell = with_backslashes(safe, "|");
	size_t length = longest_run(safe, '`') + 1;
	char *ticks = xmalloc(length + 1);
	const char *pad = strchr(safe, '`') ? " " : "";
	char *code;

	memset(ticks, '`', length);
	ticks[length] = '\0';
	code = *safe ? xasprintf("%s%s%s%s%s", ticks, pad, cell, pad, ticks) : xstrdup("");
	free(ticks);
	free(cell);
	free(safe);
	return code;
}

char *markdown_text(const char *text)
{
	char *safe = text_escape(text);
	char *plain = with_backslashes(safe, "\\`*_{}[]<>()#+!|~@&");

	free(safe);
	return plain;
}
