// SPDX-License-Identifier: MIT
/*
 * The data replace a word that occurs in the page once, alone in a script element of a type that
 * browsers do not run. A page without this word is refused.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/term/message.h"
#include "cli/view/html_template.h"
#include "profile/util/built_file.h"
#include "profile/util/xalloc.h"

#define DATA_MARK "@SCPROF_DATA@"
#define MAX_SIZE  (16 << 20)

/* Returns the text of the file. Returns NULL and sets errno on an error. */
static char *read_text(const char *path, size_t *size)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;

	*size = 0;
	if (!file)
		return NULL;
	text = xmalloc(MAX_SIZE);
	*size = fread(text, 1, MAX_SIZE, file);
	if (ferror(file)) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

int html_template_read(struct html_template *html)
{
	char *path = built_file_find("web/report.html", SCPROF_HTML_TEMPLATE_PATH, R_OK);
	char *mark;

	*html = (struct html_template){ 0 };
	html->text = read_text(path, &html->size);
	if (!html->text && errno != ENOENT)
		message_print("cannot read '%s': %s", path, strerror(errno));
	else if (!html->text || !html->size)
		message_print(
			"this scprof was built without --format html, because npm was missing");
	else if (!(mark = memmem(html->text, html->size, DATA_MARK, strlen(DATA_MARK))))
		message_print("'%s' is not the page of this scprof", path);
	else
		html->tail = (html->head_size = (size_t)(mark - html->text)) + strlen(DATA_MARK);
	free(path);
	if (html->tail)
		return 0;
	html_template_fini(html);
	return -1;
}

void html_template_fini(struct html_template *html)
{
	free(html->text);
	*html = (struct html_template){ 0 };
}
