/* SPDX-License-Identifier: MIT */
/*
 * What may be printed on a stream: its width, colours, characters. A stream that is not a terminal
 * has no width limit, plain ASCII ornaments and no colours, whatever the environment says, so that
 * what a script reads is stable.
 */
#ifndef SCPROF_CLI_TERM_TERMINAL_H
#define SCPROF_CLI_TERM_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

enum color_mode {
	COLOR_AUTO, /* on a terminal, unless NO_COLOR is set or TERM is dumb */
	COLOR_ALWAYS,
	COLOR_NEVER,
	NR_COLOR_MODES
};

extern const char *const color_mode_names[NR_COLOR_MODES];

struct terminal {
	unsigned int width;  /* in columns; 0: no limit */
	unsigned int height; /* in lines; 0: no limit */
	bool has_color;
	bool has_utf8; /* ornaments beyond ASCII can be shown */
};

enum style {
	STYLE_PLAIN, /* ends every other style */
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_BAD,
	STYLE_HOT,
};

/* Finds out about @stream. The caller has set the locale's LC_CTYPE. */
void terminal_init(struct terminal *terminal, FILE *stream, enum color_mode mode);

/* Returns the sequence that starts @style, empty when @terminal has no colour. */
const char *terminal_style(const struct terminal *terminal, enum style style);

/*
 * Returns @text, which is of unknown origin, fit to be shown: escaped (text.h), and cut to @room
 * columns, first between its brackets and then in its middle, or, when that is 0, to
 * TERMINAL_LONGEST. A terminal that is not known to show UTF-8 gets ASCII only. The caller frees
 * it.
 */
#define TERMINAL_LONGEST 1000
char *terminal_fit(const struct terminal *terminal, const char *text, unsigned int room);

#endif
