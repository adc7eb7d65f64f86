/* SPDX-License-Identifier: MIT */
/*
 * The page of `scprof report --format html`, built from web/ without its data: beside a scprof that
 * lies in its build tree, else where it is installed. A build without npm has none.
 */
#ifndef SCPROF_CLI_VIEW_HTML_TEMPLATE_H
#define SCPROF_CLI_VIEW_HTML_TEMPLATE_H

#include <stddef.h>

struct html_template {
	char *text;
	size_t head_size; /* bytes of text before the data */
	size_t tail;	  /* offset of the bytes after it */
	size_t size;
};

/* Returns 0, or -1 after a message; @html then holds nothing. */
int html_template_read(struct html_template *html);
void html_template_fini(struct html_template *html);

#endif
