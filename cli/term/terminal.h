/* SPDX-License-Identifier: MIT */
/*
 * What can be printed on a stream: its width, colours, characters. A stream that is not a terminal
 * has no width limit, only ASCII symbols, and no colours, whatever the environment says. So scripts
 * read stable output.
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
	bool has_utf8; /* it can show symbols that are not ASCII */
};

enum style {
	STYLE_PLAIN, /* ends every other style */
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_BAD,
	STYLE_HOT,
};

/*
 * Sets the locale's LC_CTYPE from the environment, the first time that it is called. This reads
 * several files, so a command that prints only ASCII does not call it.
 */
void terminal_set_locale(void);

/* Finds the properties of @stream. Sets the locale. */
void terminal_init(struct terminal *terminal, FILE *stream, enum color_mode mode);

/* Returns the escape sequence that starts @style; "" if @terminal has no colours. */
const char *terminal_style(const struct terminal *terminal, enum style style);

/*
 * Returns @text, which may be hostile, in a form that is safe to print. It is escaped (text.h) and
 * cut to @room columns: first between its brackets, then in its middle. If @room is 0, it is cut to
 * TERMINAL_LONGEST. Without has_utf8 the result is ASCII. The caller frees it.
 */
#define TERMINAL_LONGEST 1000
char *terminal_fit(const struct terminal *terminal, const char *text, unsigned int room);

#endif
