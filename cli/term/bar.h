/* SPDX-License-Identifier: MIT */
/*
 * A share drawn as a horizontal bar: block characters in eighths of a column, or in ASCII `#` for a
 * whole column and `-` for half of one.
 */
#ifndef SCPROF_CLI_TERM_BAR_H
#define SCPROF_CLI_TERM_BAR_H

#include <stdbool.h>
#include <stdint.h>

#define BAR_MAX_WIDTH 80
#define BAR_SIZE      (BAR_MAX_WIDTH * 3 + 1)

/*
 * Writes to @text, and returns it, @part of @whole as a bar: as many of @width columns (at most
 * BAR_MAX_WIDTH) as the share has, to the nearest eighth or half, then spaces up to @width. A @part
 * above @whole fills the bar, a @whole of 0 leaves it empty. @utf8: as in struct terminal.
 */
const char *bar_format(char text[static BAR_SIZE], uint64_t part, uint64_t whole,
		       unsigned int width, bool utf8);

#endif
