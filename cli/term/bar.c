// SPDX-License-Identifier: MIT
/*
 * U+2588 is the full block. Each of the seven characters after it is one eighth narrower than the
 * one before.
 */
#include <string.h>

#include "cli/term/bar.h"

#define EIGHTHS 8

static char *append_block(char *out, unsigned int eighths)
{
	*out++ = '\xe2';
	*out++ = '\x96';
	*out++ = (char)(0x88 + EIGHTHS - eighths);
	return out;
}

/* Returns how many of @parts parts the share is, rounded. */
static unsigned int nr_parts(uint64_t part, uint64_t whole, unsigned int parts)
{
	if (!whole)
		return 0;
	if (part >= whole)
		return parts;
	return (unsigned int)((double)part / (double)whole * parts + 0.5);
}

const char *bar_format(char text[static BAR_SIZE], uint64_t part, uint64_t whole,
		       unsigned int width, bool utf8)
{
	unsigned int steps = utf8 ? EIGHTHS : 2;
	unsigned int nr, column;
	char *out = text;

	width = width > BAR_MAX_WIDTH ? BAR_MAX_WIDTH : width;
	nr = nr_parts(part, whole, width * steps);
	for (column = 0; column < width && nr; column++) {
		unsigned int filled = nr < steps ? nr : steps;

		if (utf8)
			out = append_block(out, filled);
		else
			*out++ = filled == steps ? '#' : '-';
		nr -= filled;
	}
	memset(out, ' ', width - column);
	out[width - column] = '\0';
	return text;
}
