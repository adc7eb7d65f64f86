/* SPDX-License-Identifier: MIT */
/*
 * The page for `scprof report --format html`, made from web/, without its data. It is near the
 * scprof program in a build tree, or where it was installed. A build without npm has no page.
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

/* Reads the page. Returns 0, or -1 after a message; then @html holds nothing. */
int html_template_read(struct html_template *html);
void html_template_fini(struct html_template *html);

#endif
