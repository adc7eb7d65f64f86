/* SPDX-License-Identifier: MIT */
/*
 * JSON as it is written into a page: small, written as it is made, and without a `<`, so that no
 * text can end the script element that it is in. Used by view_html.c and view_diff_html.c.
 */
#ifndef SCPROF_CLI_VIEW_HTML_WRITER_H
#define SCPROF_CLI_VIEW_HTML_WRITER_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* The members of @object, without its braces. */
void html_write_members(FILE *out, const json_t *object);
/* A string; what is not UTF-8 in @text becomes U+FFFD. */
void html_write_text(FILE *out, const char *text);
void html_write_number(FILE *out, uint64_t value);

/* Separates elements: prints a comma unless @index is 0. */
void html_write_comma(FILE *out, uint32_t index);

#endif
