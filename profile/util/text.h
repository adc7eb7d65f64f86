/* SPDX-License-Identifier: MIT */
/*
 * Makes text of unknown origin, such as names in a profile, safe to show: it escapes what is not
 * printable UTF-8, and measures the width on a terminal. The caller frees every string returned.
 */
#ifndef SCPROF_PROFILE_UTIL_TEXT_H
#define SCPROF_PROFILE_UTIL_TEXT_H

#include <stdbool.h>

/*
 * Returns @text with unsafe bytes written as `\x1b`. These are the bytes of control characters (C0,
 * DEL, C1), of characters that change the direction of text, end a line or are invisible, of
 * further accents on a letter that has many, and of invalid UTF-8.
 */
char *text_escape(const char *text);

/* Like text_escape(), but also escapes everything that is not ASCII. */
char *text_escape_ascii(const char *text);

/* Like text_escape(), but also escapes `;`, for one frame's name in a folded stack. */
char *text_escape_folded(const char *text);

/* Returns how many terminal columns @text takes. It must be escaped. */
unsigned int text_width(const char *text);

/*
 * Returns @text, which must be escaped, cut to at most @width columns. A cut text ends with an
 * ellipsis if @utf8, else with `~`.
 */
char *text_shorten(const char *text, unsigned int width, bool utf8);

/* Like text_shorten(), but cuts out the middle and puts the ellipsis there. */
char *text_elide(const char *text, unsigned int width, bool utf8);

/*
 * Returns the name @text, which must be escaped, with an ellipsis in place of parameters and
 * template arguments: `map<~>::find(~)`. Does not change other text, such as `main (main.c:12)`.
 */
char *text_brief(const char *text, bool utf8);

/*
 * Returns the part of @path after its last slash, or @path if it ends in a slash. It points into
 * @path.
 */
const char *text_basename(const char *path);

#endif
