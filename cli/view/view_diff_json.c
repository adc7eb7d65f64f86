// SPDX-License-Identifier: MIT
/*
 * The difference as JSON, version 1: doc/json.md.
 */
#include <stdlib.h>

#include "cli/view/json_value.h"
#include "cli/view/view_diff_json.h"

#define JSON_DIFF_VERSION 1

static json_t *new_totals(const struct totals *totals)
{
	json_t *object = json_value_object();

	json_value_set(object, "calls", json_value_number(totals->calls));
	json_value_set(object, "errors", json_value_number(totals->errors));
	json_value_set(object, "time_ns", json_value_number(totals->time_ns));
	json_value_set(object, "bytes", json_value_number(totals->bytes));
	return object;
}

static json_t *new_side(const struct diff_side *side)
{
	json_t *object = new_totals(&side->totals);

	json_value_set(object, "calls_min", json_value_number(side->calls_min));
	json_value_set(object, "calls_max", json_value_number(side->calls_max));
	return object;
}

static json_t *new_run(const struct call_sites *sites, const char *path, const struct totals *total)
{
	json_t *object = json_value_object(), *facts = json_value_object();

	for (int fact = 0; fact < NR_RUN_FACTS; fact++) {
		if (sites->facts[fact])
			json_value_set(facts, run_fact_names[fact],
				       json_value_text(sites->facts[fact]));
	}
	json_value_set(object, "file", json_value_text(path));
	json_value_set(object, "complete", json_boolean(sites->is_complete));
	json_value_set(object, "runs", json_value_number(sites->nr_runs));
	json_value_set(object, "total", new_totals(total));
	json_value_set(object, "facts", facts);
	return object;
}

static void set_site(json_t *object, const struct diff_view *view, const struct diff_row *row)
{
	const struct call_names *names = view->diff->new->names;
	const struct call_place *place = &names->places[row->place];
	bool is_old = row->kind == DIFF_GONE;
	const struct call_sites *sites = is_old ? view->diff->base : view->diff->new;
	const struct call_site *site = is_old ? row->base.site : row->new.site;
	const char *module = call_names_text(names, place->module);

	if (!place->module)
		module = sites->program ? sites->program : "";
	json_value_set(object, "function",
		       json_value_text(call_names_text(names, place->function)));
	json_value_set(object, "module", json_value_text(module));
	json_value_set(object, "file",
		       json_value_take_text(diff_file_text(sites, site, view->root)));
	json_value_set(object, "line_nr", json_value_number(site ? site->key.line : 0));
}

static json_t *new_row(const struct diff_view *view, const struct diff_row *row)
{
	const struct diff *diff = view->diff;
	json_t *object = json_value_object();

	json_value_set(object, "name", json_value_text(row->name));
	json_value_set(object, "kind", json_value_text(diff_kind_names[row->kind]));
	if (row->syscall)
		json_value_set(object, "syscall",
			       json_value_text(call_names_text(diff->new->names, row->syscall)));
	if (diff->by != DIFF_BY_SYSCALL)
		set_site(object, view, row);
	json_value_set(object, "base", new_side(&row->base));
	json_value_set(object, "new", new_side(&row->new));
	if (row->counterpart)
		json_value_set(object, "counterpart",
			       json_value_text(diff->rows[row->counterpart - 1].name));
	return object;
}

json_t *view_diff_json_rows(const struct diff_view *view)
{
	const struct diff *diff = view->diff;
	json_t *rows = json_value_array();
	uint32_t nr = 0;

	for (uint32_t i = 0; i < diff->nr; i++) {
		if (!diff_row_differs(diff, &diff->rows[i], &view->options))
			continue;
		if (view->limit && nr++ >= view->limit)
			continue;
		json_value_append(rows, new_row(view, &diff->rows[i]));
	}
	return rows;
}

json_t *view_diff_json_document(const struct diff_view *view)
{
	const struct diff *diff = view->diff;
	json_t *document = json_value_object();

	json_value_set(document, "version", json_value_number(JSON_DIFF_VERSION));
	json_value_set(document, "by", json_value_text(diff_by_names[diff->by]));
	json_value_set(document, "base", new_run(diff->base, view->base_path, &diff->base_total));
	json_value_set(document, "new", new_run(diff->new, view->new_path, &diff->new_total));
	json_value_set(document, "differing",
		       json_value_number(diff_view_count(diff, &view->options)));
	return document;
}

void view_diff_json(const struct diff_view *view)
{
	json_t *document = view_diff_json_document(view);

	json_value_set(document, "rows", view_diff_json_rows(view));
	json_value_print(document, view->out);
}
