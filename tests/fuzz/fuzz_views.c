// SPDX-License-Identifier: MIT
/*
 * libFuzzer harness for the writers of reports. The input is an uncompressed profile.proto. An
 * accepted profile must give JSON that a parser accepts, a page with the same number of elements as
 * any other, and text without control characters.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/html_template.h"
#include "cli/view/view.h"
#include "profile/pprof/pprof.h"
#include "profile/pprof/pprof_decode.h"
#include "profile/util/xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Replaces the page that npm builds. It is as small as possible and needs no npm. */
int html_template_read(struct html_template *html)
{
	static const char head[] = "<script type=\"application/json\">", tail[] = "</script>\n";

	*html = (struct html_template){
		.text = xasprintf("%s%s", head, tail),
		.head_size = strlen(head),
		.tail = strlen(head),
		.size = strlen(head) + strlen(tail),
	};
	return 0;
}

void html_template_fini(struct html_template *html)
{
	free(html->text);
}

enum form { FORM_JSON, FORM_SPEEDSCOPE, FORM_FOLDED, FORM_TABLE, FORM_TREE, FORM_HTML, NR_FORMS };

static void print(enum form form, struct view *view, const struct report_filter *filter)
{
	struct report_rows rows;
	struct call_tree tree;

	if (form == FORM_HTML) {
		view_html(view, filter);
		return;
	}
	report_rows_init(&rows, view->profile, filter, REPORT_BY_SITE, REPORT_SORT_TIME);
	call_tree_init(&tree, view->profile, filter, REPORT_SORT_TIME,
		       form == FORM_SPEEDSCOPE ? CALL_TREE_FILES : 0);
	if (form == FORM_JSON)
		view_json_rows(view, &rows);
	else if (form == FORM_SPEEDSCOPE)
		view_speedscope(view, &tree);
	else if (form == FORM_FOLDED)
		view_folded(view, &tree);
	else if (form == FORM_TABLE)
		view_table(view, &rows);
	else
		view_tree(view, &tree);
	call_tree_fini(&tree);
	report_rows_fini(&rows);
}

static void check_text(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (((unsigned char)text[i] < ' ' && text[i] != '\n') || text[i] == 0x7f)
			abort();
}

static void check_json(const char *text, size_t size)
{
	json_t *json = json_loadb(text, size, 0, NULL);

	if (!json)
		abort();
	json_decref(json);
}

/*
 * The page has its data in one script element. They must not contain the start or the end of an
 * element or of a comment.
 */
static void check_page(const char *text)
{
	int nr = 0;

	for (const char *at = text; (at = strchr(at, '<')); at++)
		nr += !strncasecmp(at, "<script", 7) || !strncasecmp(at, "</script", 8) ||
		      !strncmp(at, "<!--", 4);
	if (nr != 2)
		abort();
}

static void check_form(enum form form, const struct profile *profile)
{
	struct view view = { .profile = profile, .terminal = { .width = 100 } };
	struct report_filter filter;
	char *text = NULL;
	size_t size = 0;

	report_filter_init(&filter, profile, NULL, NULL, 0);
	view.out = open_memstream(&text, &size);
	print(form, &view, &filter);
	fclose(view.out);
	if (form == FORM_JSON || form == FORM_SPEEDSCOPE)
		check_json(text, size);
	else if (form == FORM_HTML)
		check_page(text);
	else
		check_text(text, size);
	free(text);
	report_filter_fini(&filter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char reason[PPROF_REASON_SIZE];
	struct profile profile;

	profile_init(&profile);
	if (!pprof_decode(&profile, data, size, reason))
		for (int form = 0; form < NR_FORMS; form++)
			check_form((enum form)form, &profile);
	profile_fini(&profile);
	return 0;
}
