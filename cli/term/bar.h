/* SPDX-License-Identifier: MIT */
/*
 * Draws a share as a horizontal bar. Block characters show eighths of a column. In ASCII, `#` is a
 * whole column and `-` half of one.
 */
#ifndef SCPROF_CLI_TERM_BAR_H
#define SCPROF_CLI_TERM_BAR_H

#include <stdbool.h>
#include <stdint.h>

#define BAR_MAX_WIDTH 80
#define BAR_SIZE      (BAR_MAX_WIDTH * 3 + 1)

/*
 * Writes a bar for @part of @whole to @text and returns it. The bar fills the same share of @width
 * columns (at most BAR_MAX_WIDTH), rounded to an eighth or half, and is padded with spaces to
 * @width. If @part exceeds @whole the bar is full; if @whole is 0 it is empty. @utf8 is has_utf8 of
 * struct terminal.
 */
const char *bar_format(char text[static BAR_SIZE], uint64_t part, uint64_t whole,
		       unsigned int width, bool utf8);

#endif
