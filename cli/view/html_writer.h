/* SPDX-License-Identifier: MIT */
/*
 * Writes JSON into an HTML page: compact, in pieces, and without a `<`, so that no text can end the
 * script element that contains it. Used by view_html.c and view_diff_html.c.
 */
#ifndef SCPROF_CLI_VIEW_HTML_WRITER_H
#define SCPROF_CLI_VIEW_HTML_WRITER_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* Writes the members of @object, without its braces. */
void html_write_members(FILE *out, const json_t *object);
/* Writes a string. Replaces what is not UTF-8 in @text by U+FFFD. */
void html_write_text(FILE *out, const char *text);
void html_write_number(FILE *out, uint64_t value);

/* Separates elements: prints a comma unless @index is 0. */
void html_write_comma(FILE *out, uint32_t index);

#endif
