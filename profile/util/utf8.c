// SPDX-License-Identifier: MIT
/*
 * Well-formed UTF-8 as in The Unicode Standard, table 3-7: no overlong forms, no surrogates,
 * nothing above U+10FFFF.
 */
#include "profile/util/utf8.h"

#include <string.h>

#include "profile/util/xalloc.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* Returns the size of the well-formed sequence at @text, or 0. */
static size_t utf8_sequence_size(const unsigned char *text, size_t size)
{
	unsigned char lead = text[0];
	unsigned char low = 0x80, high = 0xbf; /* bounds of the second byte */
	size_t wanted = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

	if (wanted == 1)
		return 1;
	if (lead < 0xc2 || lead > 0xf4 || size < wanted)
		return 0;
	if (lead == 0xe0)
		low = 0xa0;
	else if (lead == 0xed)
		high = 0x9f;
	else if (lead == 0xf0)
		low = 0x90;
	else if (lead == 0xf4)
		high = 0x8f;
	if (text[1] < low || text[1] > high)
		return 0;
	for (size_t i = 2; i < wanted; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	}
	return wanted;
}

size_t utf8_valid_size(const char *text, size_t size)
{
	size_t valid = 0;

	while (valid < size) {
		size_t step = utf8_sequence_size((const unsigned char *)text + valid, size - valid);

		if (!step)
			break;
		valid += step;
	}
	return valid;
}

char *utf8_clean(const char *text, size_t size)
{
	char *clean = xmalloc(size * strlen(REPLACEMENT) + 1);
	size_t used = 0;

	while (size) {
		size_t valid = utf8_valid_size(text, size);

		memcpy(clean + used, text, valid);
		used += valid;
		text += valid;
		size -= valid;
		if (!size)
			break;
		memcpy(clean + used, REPLACEMENT, strlen(REPLACEMENT));
		used += strlen(REPLACEMENT);
		text++;
		size--;
	}
	clean[used] = '\0';
	return clean;
}
