/* SPDX-License-Identifier: MIT */
/*
 * Makes text safe for GitHub's and GitLab's Markdown.
 */
#ifndef SCPROF_CLI_VIEW_MARKDOWN_H
#define SCPROF_CLI_VIEW_MARKDOWN_H

#include <stddef.h>

/*
 * The largest text, in bytes. GitHub accepts 1 MiB as the summary of a step and 65,536 characters
 * as a comment; it rejects a longer text as a whole.
 */
#define MARKDOWN_MAX_SIZE 60000

/*
 * Returns @text as a code span that is valid in a table's cell. Controls are escaped; `|` becomes
 * `\|`, because entities do not work in code spans; backticks are kept. The caller frees it.
 */
char *markdown_code(const char *text);
/*
 * Returns @text with everything escaped that Markdown and HTML would interpret. The caller frees
 * it.
 */
char *markdown_text(const char *text);

#endif
