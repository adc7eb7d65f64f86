/* SPDX-License-Identifier: MIT */
/*
 * Text of unknown origin (names in a profile), made fit to be shown: what is not printable UTF-8
 * is escaped, and the width on a terminal is known. Pure; every returned string is the caller's.
 */
#ifndef SCPROF_PROFILE_UTIL_TEXT_H
#define SCPROF_PROFILE_UTIL_TEXT_H

#include <stdbool.h>

/*
 * Returns @text with every byte of a control character (C0, DEL, C1), of a character that changes
 * the direction of text, ends a line or cannot be seen, of accents beyond some on one letter, and
 * of invalid UTF-8 written as `\x1b`.
 */
char *text_escape(const char *text);

/* As text_escape, and everything beyond ASCII too. */
char *text_escape_ascii(const char *text);

/* As text_escape, and `;` too: one frame's name in a folded stack. */
char *text_escape_folded(const char *text);

/* Returns how many terminal columns @text, which is escaped, takes. */
unsigned int text_width(const char *text);

/*
 * Returns @text, which is escaped, cut to at most @width columns; a cut text ends with one
 * ellipsis when @utf8, else with `~`.
 */
char *text_shorten(const char *text, unsigned int width, bool utf8);

/* As text_shorten, but what is cut, and the ellipsis, is in the middle. */
char *text_elide(const char *text, unsigned int width, bool utf8);

/*
 * Returns the name @text, which is escaped, with an ellipsis for what is in the brackets of
 * parameters and template arguments: `map<~>::find(~)`. Other text, such as `main (main.c:12)`,
 * stays as it is.
 */
char *text_brief(const char *text, bool utf8);

/* Returns the part of @path after its last slash, borrowed from it. */
const char *text_basename(const char *path);

#endif
