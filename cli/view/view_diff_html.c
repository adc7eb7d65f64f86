// SPDX-License-Identifier: MIT
/*
 * The difference as a page: the template from web/ with one JSON object, which web/diff_data.js
 * reads. Its first members are those of the JSON difference (doc/json.md) without rows.
 * Then follow:
 *
 *	notes      how the runs were made differently
 *	has_stacks, has_time   false: a run does not have them; without stacks, a stack is the
 *	           function of its call site
 *	tables     by site, syscall, function: the number of rows (sum) and of those that differ
 *	           (differing); rows (doc/json.md), and for each row its own, call, note
 *	groups     stack, own, call, and for each run calls, errors, time_ns, bytes
 *	stacks     up, frame; stack 0 is empty, the parent's index is smaller by `up`; a frame is a
 *	           location
 *	calls      names     modules  names     locations  [name, module, file]
 *	texts      all strings; each text from the tables' notes on is an index into it
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/run_notes.h"
#include "cli/term/message.h"
#include "cli/view/html_stacks.h"
#include "cli/view/html_template.h"
#include "cli/view/html_writer.h"
#include "cli/view/json_value.h"
#include "cli/view/view_diff_html.h"
#include "cli/view/view_diff_json.h"
#include "profile/util/xalloc.h"

enum run { RUN_BASE, RUN_NEW, NR_RUNS };

/* All calls with the same stack, place and system call. */
struct group {
	uint32_t stack;
	uint32_t place;
	uint32_t syscall;
	struct totals runs[NR_RUNS];
};

/* Numbers ids from 0 on, in the order in which they are first asked for. */
struct numbering {
	uint32_t *numbers; /* by id; plus one */
	uint32_t *ids;	   /* by number */
	uint32_t nr;
};

struct page {
	const struct diff_view *view;
	const struct call_names *names;
	FILE *out;
	bool has_stacks;
	struct group *groups;
	uint32_t nr_groups;
	uint32_t *stacks; /* number on the page by stack id; 0: not used, or the empty stack */
	struct numbering calls, places, modules;
	struct string_table texts;
};

static void numbering_init(struct numbering *numbering, uint32_t nr_ids)
{
	numbering->nr = 0;
	numbering->numbers = xcalloc(nr_ids, sizeof(*numbering->numbers));
	numbering->ids = xcalloc(nr_ids, sizeof(*numbering->ids));
}

static void numbering_fini(struct numbering *numbering)
{
	free(numbering->numbers);
	free(numbering->ids);
}

static uint32_t number_of(struct numbering *numbering, uint32_t id)
{
	if (!numbering->numbers[id]) {
		numbering->ids[numbering->nr++] = id;
		numbering->numbers[id] = numbering->nr;
	}
	return numbering->numbers[id] - 1;
}

static int compare_groups(const void *a, const void *b)
{
	const struct group *left = a, *right = b;

	if (left->stack != right->stack)
		return left->stack < right->stack ? -1 : 1;
	if (left->syscall != right->syscall)
		return left->syscall < right->syscall ? -1 : 1;
	if (left->place != right->place)
		return left->place < right->place ? -1 : 1;
	return 0;
}

static void add_groups(struct page *page, const struct call_sites *sites, enum run run)
{
	for (uint32_t i = 0; i < sites->nr; i++) {
		const struct call_site *site = &sites->sites[i];
		uint32_t place = site->key.place, stack = site->key.stack;

		if (!page->has_stacks)
			stack = place ? stack_table_intern(&sites->names->stacks, 0, place) : 0;
		page->groups[page->nr_groups] = (struct group){
			.stack = stack,
			.place = place,
			.syscall = site->key.syscall,
		};
		page->groups[page->nr_groups++].runs[run] = site->totals;
	}
}

static void make_groups(struct page *page)
{
	const struct diff *diff = page->view->diff;
	uint32_t nr = 0;

	page->groups = xreallocarray(NULL, (size_t)diff->base->nr + diff->new->nr + 1,
				     sizeof(*page->groups));
	add_groups(page, diff->base, RUN_BASE);
	add_groups(page, diff->new, RUN_NEW);
	qsort(page->groups, page->nr_groups, sizeof(*page->groups), compare_groups);
	for (uint32_t i = 0; i < page->nr_groups; i++) {
		struct group *last = &page->groups[nr - (nr > 0)];

		if (!nr || compare_groups(last, &page->groups[i])) {
			page->groups[nr++] = page->groups[i];
			continue;
		}
		for (int run = 0; run < NR_RUNS; run++)
			totals_add(&last->runs[run], &page->groups[i].runs[run]);
	}
	page->nr_groups = nr;
}

static void number_stacks(struct page *page)
{
	page->stacks = xcalloc(page->names->stacks.nr, sizeof(*page->stacks));
	for (uint32_t i = 0; i < page->nr_groups; i++)
		page->stacks[page->groups[i].stack] = 1;
	html_stacks_number(&page->names->stacks, page->stacks);
}

static uint32_t number_of_place(void *owner, uint32_t frame)
{
	struct page *page = owner;

	return number_of(&page->places, frame);
}

enum { COLUMN_STACK, COLUMN_OWN, COLUMN_CALL, COLUMN_TOTALS, NR_TOTALS = 4 };

static uint64_t group_value(struct page *page, const struct group *group, unsigned int column)
{
	const struct totals *totals;

	if (column == COLUMN_STACK)
		return page->stacks[group->stack];
	if (column == COLUMN_OWN)
		return number_of(&page->places, group->place);
	if (column == COLUMN_CALL)
		return number_of(&page->calls, group->syscall);
	totals = &group->runs[(column - COLUMN_TOTALS) / NR_TOTALS];
	switch ((column - COLUMN_TOTALS) % NR_TOTALS) {
	case 0:
		return totals->calls;
	case 1:
		return totals->errors;
	case 2:
		return totals->time_ns;
	default:
		return totals->bytes;
	}
}

static void write_groups(struct page *page)
{
	static const char *const names[] = {
		"stack",      "own",	   "call",	 "base_calls", "base_errors", "base_time",
		"base_bytes", "new_calls", "new_errors", "new_time",   "new_bytes",
	};

	for (unsigned int column = 0; column < sizeof(names) / sizeof(names[0]); column++) {
		fprintf(page->out, "%s\"%s\":[", column ? "]," : ",\"groups\":{", names[column]);
		for (uint32_t i = 0; i < page->nr_groups; i++) {
			html_write_comma(page->out, i);
			html_write_number(page->out, group_value(page, &page->groups[i], column));
		}
	}
	fputs("]}", page->out);
}

static uint32_t take_text(struct page *page, char *text)
{
	uint32_t index = string_table_intern(&page->texts, text);

	free(text);
	return index;
}

/* Makes a table: for each row a note, and the location and system call of its groups. */
static json_t *new_table(struct page *page, const struct diff_view *view)
{
	json_t *table = json_value_object(), *own = json_value_array(), *call = json_value_array(),
	       *note = json_value_array();
	const struct diff *diff = view->diff;
	uint32_t nr = 0;

	for (uint32_t i = 0; i < diff->nr && (!view->limit || nr < view->limit); i++) {
		const struct diff_row *row = &diff->rows[i];

		if (!diff_row_differs(diff, row, &view->options))
			continue;
		nr++;
		json_value_append(own, json_value_number(number_of(&page->places, row->place)));
		json_value_append(call, json_value_number(number_of(&page->calls, row->syscall)));
		json_value_append(note,
				  json_value_number(take_text(page, diff_note_text(diff, row))));
	}
	json_value_set(table, "rows", view_diff_json_rows(view));
	json_value_set(table, "sum", json_value_number(diff->nr));
	json_value_set(table, "differing",
		       json_value_number(diff_view_count(diff, &view->options)));
	json_value_set(table, "own", own);
	json_value_set(table, "call", call);
	json_value_set(table, "note", note);
	return table;
}

static json_t *new_tables(struct page *page)
{
	json_t *tables = json_value_object();

	for (int by = 0; by < NR_DIFF_BYS; by++) {
		const struct diff *shown = page->view->diff;
		struct diff_view view = *page->view;
		struct diff diff;

		diff_init(&diff, shown->base, shown->new, (enum diff_by)by, DIFF_SORT_COST);
		view.diff = (enum diff_by)by == shown->by ? shown : &diff;
		json_value_set(tables, diff_by_names[by], new_table(page, &view));
		diff_fini(&diff);
	}
	return tables;
}

static void write_text(struct page *page, char *text)
{
	html_write_number(page->out, take_text(page, text));
}

static char *module_text(const struct page *page, uint32_t module)
{
	const struct diff *diff = page->view->diff;

	if (module)
		return xstrdup(call_names_text(page->names, module));
	if (diff->new->program)
		return xstrdup(diff->new->program);
	return xstrdup(diff->base->program ? diff->base->program : "program");
}

static char *location_text(const struct page *page, uint32_t id)
{
	const struct call_place *place = &page->names->places[id];

	if (place->function)
		return xstrdup(call_names_text(page->names, place->function));
	return call_names_place_text(page->names, id, page->view->diff->new->program);
}

/* Comes after everything that uses these names. */
static void write_names(struct page *page)
{
	fputs(",\"locations\":[", page->out);
	for (uint32_t i = 0; i < page->places.nr; i++) {
		const struct call_place *place = &page->names->places[page->places.ids[i]];

		fputs(i ? ",[" : "[", page->out);
		write_text(page, location_text(page, page->places.ids[i]));
		fputc(',', page->out);
		html_write_number(page->out, number_of(&page->modules, place->module));
		fputc(',', page->out);
		write_text(page, xstrdup(call_names_text(page->names, place->file)));
		fputc(']', page->out);
	}
	fputs("],\"calls\":[", page->out);
	for (uint32_t i = 0; i < page->calls.nr; i++) {
		html_write_comma(page->out, i);
		write_text(page, xstrdup(call_names_text(page->names, page->calls.ids[i])));
	}
	fputs("],\"modules\":[", page->out);
	for (uint32_t i = 0; i < page->modules.nr; i++) {
		html_write_comma(page->out, i);
		write_text(page, module_text(page, page->modules.ids[i]));
	}
	fputs("],\"texts\":[", page->out);
	for (uint32_t id = 0; id < page->texts.nr; id++) {
		html_write_comma(page->out, id);
		html_write_text(page->out, string_table_get(&page->texts, id));
	}
	fputs("]", page->out);
}

static json_t *new_notes(const struct diff *diff)
{
	char **notes = run_notes(diff->base, diff->new, true);
	json_t *list = json_value_array();

	for (char **note = notes; *note; note++)
		json_value_append(list, json_value_text(*note));
	run_notes_free(notes);
	return list;
}

static void write_data(struct page *page)
{
	const struct diff *diff = page->view->diff;
	json_t *document = view_diff_json_document(page->view);

	json_value_set(document, "notes", new_notes(diff));
	json_value_set(document, "has_stacks", json_boolean(page->has_stacks));
	json_value_set(document, "has_time",
		       json_boolean(diff->base->has_time && diff->new->has_time));
	json_value_set(document, "tables", new_tables(page));
	fputc('{', page->out);
	html_write_members(page->out, document);
	json_decref(document);
	html_stacks_write(page->out, &page->names->stacks, page->stacks, number_of_place, page);
	write_groups(page);
	write_names(page);
	fputc('}', page->out);
}

int view_diff_html(const struct diff_view *view)
{
	const struct diff *diff = view->diff;
	struct page page = {
		.view = view,
		.names = diff->new->names,
		.out = view->out,
		.has_stacks = diff->base->has_stacks && diff->new->has_stacks,
	};
	struct html_template html;

	if (html_template_read(&html))
		return -1;
	if (!page.has_stacks)
		message_print("note: a baseline has no stacks: the page shows the functions that "
			      "make the calls, without their callers");
	make_groups(&page);
	number_stacks(&page);
	string_table_init(&page.texts);
	numbering_init(&page.calls, page.names->strings.nr);
	numbering_init(&page.modules, page.names->strings.nr);
	numbering_init(&page.places, page.names->nr_places);
	fwrite(html.text, 1, html.head_size, view->out);
	write_data(&page);
	fwrite(html.text + html.tail, 1, html.size - html.tail, view->out);
	numbering_fini(&page.calls);
	numbering_fini(&page.modules);
	numbering_fini(&page.places);
	string_table_fini(&page.texts);
	free(page.groups);
	free(page.stacks);
	html_template_fini(&html);
	return 0;
}
