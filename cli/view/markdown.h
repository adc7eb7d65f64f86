/* SPDX-License-Identifier: MIT */
/*
 * Text for GitHub's and GitLab's Markdown.
 */
#ifndef SCPROF_CLI_VIEW_MARKDOWN_H
#define SCPROF_CLI_VIEW_MARKDOWN_H

#include <stddef.h>

/*
 * GitHub takes 1 MiB as a step's summary and 65,536 characters as a comment; what is longer is
 * refused as a whole.
 */
#define MARKDOWN_MAX_SIZE 60000

/*
 * Returns @text as a code span that fits in a table's cell: controls escaped, a bar written as an
 * entity would not be one there, so `|` becomes `\|`; backticks inside are kept. The caller frees
 * it.
 */
char *markdown_code(const char *text);
/* Returns @text, plain, with what Markdown and HTML would take for themselves escaped. */
char *markdown_text(const char *text);

#endif
