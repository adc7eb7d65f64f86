// SPDX-License-Identifier: MIT
/*
 * The report as JSON, version 1: doc/json.md. Members may be added within a version; none changes
 * its meaning. A tree is a flat list of nodes, so no parser's depth limit matters.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/view.h"
#include "cli/view/view_json.h"
#include "profile/model/file_kind.h"
#include "profile/util/utf8.h"
#include "profile/util/xalloc.h"

#define JSON_REPORT_VERSION 1

/* jansson returns NULL only without memory, since all text is made valid UTF-8. */
static json_t *must(json_t *value)
{
	if (!value)
		xalloc_fail();
	return value;
}

static void set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, must(value)))
		xalloc_fail();
}

static json_t *number(uint64_t value)
{
	return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

static json_t *text(const char *string)
{
	char *utf8 = utf8_clean(string, strlen(string));
	json_t *value = json_string(utf8);

	free(utf8);
	return value;
}

/* Takes @string, which was allocated. */
static json_t *take_text(char *string)
{
	json_t *value = text(string);

	free(string);
	return value;
}

static json_t *string_of(const struct profile *profile, uint32_t id)
{
	return text(string_table_get(&profile->strings, id));
}

static void set_totals(json_t *object, const struct totals *totals)
{
	set(object, "calls", number(totals->calls));
	set(object, "errors", number(totals->errors));
	set(object, "time_ns", number(totals->time_ns));
	set(object, "bytes", number(totals->bytes));
}

static json_t *new_totals(const struct totals *totals)
{
	json_t *object = must(json_object());

	set_totals(object, totals);
	return object;
}

static json_t *new_facts(const struct profile *profile)
{
	json_t *facts = must(json_object());

	for (uint32_t i = 0; i < profile->nr_facts; i++) {
		const char *raw = profile->facts[i].key;
		char *key = utf8_clean(raw, strlen(raw));

		set(facts, key, text(profile->facts[i].value));
		free(key);
	}
	return facts;
}

static void set_syscall(json_t *object, uint32_t abi, uint32_t nr)
{
	set(object, "syscall", text(syscall_name(abi, nr)));
	set(object, "nr", number(nr));
	set(object, "abi", text(syscall_abi_name(abi)));
}

static void set_location(json_t *object, const struct profile *profile,
			 const struct location *location)
{
	set(object, "function", take_text(location_function(profile, location)));
	set(object, "file", string_of(profile, location->file));
	set(object, "line_nr", number(location->line));
	set(object, "module", string_of(profile, location->module));
}

static json_t *new_finding(const struct profile *profile, const struct finding *finding)
{
	json_t *object = must(json_object());
	json_t *evidence = must(json_object());

	set(object, "kind", text(finding->kind));
	set(object, "severity", text(finding_severity_name(finding->severity)));
	set(object, "text", text(finding->text));
	set(object, "advice", text(finding->advice));
	set(object, "site", take_text(location_place(profile, &finding->location, LOCATION_FULL)));
	set_syscall(object, finding->abi, finding->nr);
	set_location(object, profile, &finding->location);
	set(object, "process", string_of(profile, finding->process));
	set_totals(evidence, &finding->totals);
	for (int i = 0; i < FINDING_MAX_FIGURES && finding->figures[i].name; i++)
		set(evidence, finding->figures[i].name, number(finding->figures[i].value));
	set(object, "evidence", evidence);
	return object;
}

static json_t *new_findings(const struct profile *profile, const struct findings *findings)
{
	json_t *list = must(json_array());

	for (uint32_t i = 0; i < findings->nr; i++) {
		if (json_array_append_new(list, new_finding(profile, &findings->list[i])))
			xalloc_fail();
	}
	return list;
}

/* Of the whole profile. */
static json_t *new_runs(const struct profile *profile)
{
	struct run_range range = profile_run_range(profile);
	json_t *runs = must(json_object());

	set(runs, "count", number(profile->runs->nr));
	set(runs, "min_calls", number(range.min));
	set(runs, "median_calls", number(range.median));
	set(runs, "max_calls", number(range.max));
	set(runs, "varying_sites", number(profile->runs->nr_sites));
	return runs;
}

json_t *view_json_document(const struct view *view, const struct totals *selected)
{
	const struct profile *profile = view->profile;
	struct totals all = { 0 };
	json_t *document = must(json_object());

	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		struct totals sample = totals_of_sample(&profile->samples[i]);

		totals_add(&all, &sample);
	}
	set(document, "version", json_integer(JSON_REPORT_VERSION));
	set(document, "total", new_totals(selected));
	set(document, "complete", json_boolean(view_is_complete(profile)));
	set(document, "profile_total", new_totals(&all));
	set(document, "start_time_ns", json_integer(profile->start_time_ns));
	set(document, "duration_ns", json_integer(profile->duration_ns));
	if (profile->runs)
		set(document, "runs", new_runs(profile));
	set(document, "facts", new_facts(profile));
	if (view->findings)
		set(document, "findings", new_findings(profile, view->findings));
	return document;
}

static void set_key(json_t *object, const struct profile *profile, enum report_by by,
		    const struct report_row *row)
{
	const struct report_key *key = &row->key;

	switch (by) {
	case REPORT_BY_SYSCALL:
		set_syscall(object, key->abi, key->nr);
		break;
	case REPORT_BY_SITE:
		set(object, "site", text(row->name));
		set_syscall(object, key->abi, key->nr);
		set_location(object, profile, &key->location);
		break;
	case REPORT_BY_FUNCTION:
		set(object, "function", take_text(location_function(profile, &key->location)));
		set(object, "module", string_of(profile, key->location.module));
		break;
	case REPORT_BY_LINE:
		set(object, "line", text(row->name));
		set(object, "file", string_of(profile, key->location.file));
		set(object, "line_nr", number(key->location.line));
		break;
	case REPORT_BY_MODULE:
		set(object, "module", text(row->name));
		break;
	case REPORT_BY_PROCESS:
		set(object, "process", string_of(profile, key->process));
		set(object, "pid", number(key->pid));
		break;
	case REPORT_BY_THREAD:
		set(object, "thread", string_of(profile, key->thread));
		set(object, "tid", number(key->tid));
		set(object, "process", string_of(profile, key->process));
		set(object, "pid", number(key->pid));
		break;
	case REPORT_BY_FD:
		set(object, "fd", key->fd ? number(key->fd - 1) : json_null());
		set(object, "kind", text(file_kind_name(key->kind)));
		set(object, "path", string_of(profile, key->path));
		break;
	case REPORT_BY_PATH:
		set(object, "path", string_of(profile, key->path));
		break;
	case REPORT_BY_REGION:
		set(object, "region", string_of(profile, key->region));
		break;
	default:
		set(object, "errno", text(row->name));
		set(object, "errno_nr", number(key->error));
		break;
	}
}

/* What was asked for beyond the percentiles that every row has. */
static void set_percentiles(json_t *object, const struct view *view,
			    const struct latencies *latencies)
{
	const struct percentiles *percentiles = view_percentiles(view);

	for (unsigned int i = 0; i < percentiles->nr; i++) {
		char *key = xasprintf("%s_ns", percentiles->names[i]);

		set(object, key, number(latencies_percentile(latencies, percentiles->percent[i])));
		free(key);
	}
}

static json_t *new_histogram(const struct latencies *latencies)
{
	json_t *list = must(json_array());

	for (unsigned int bucket = 0; bucket < HISTOGRAM_NR_BUCKETS; bucket++) {
		uint64_t calls = latencies->histogram.calls[bucket];
		json_t *element;

		if (!calls)
			continue;
		element = must(json_object());
		set(element, "from_ns", number(histogram_lower(bucket)));
		set(element, "to_ns", number(histogram_upper(bucket)));
		set(element, "calls", number(calls));
		set(element, "time_ns", number(latencies->time_ns[bucket]));
		if (json_array_append_new(list, element))
			xalloc_fail();
	}
	return list;
}

static void set_latencies(json_t *object, const struct view *view, const struct report_rows *rows,
			  const struct report_row *row)
{
	struct latencies *latencies = xmalloc(sizeof(*latencies));

	report_row_latencies(rows, row, latencies);
	if (view->percentiles)
		set_percentiles(object, view, latencies);
	if (view->has_histograms)
		set(object, "histogram", new_histogram(latencies));
	free(latencies);
}

static json_t *new_row(const struct view *view, const struct report_rows *rows,
		       const struct report_row *row)
{
	json_t *object = must(json_object());

	set_key(object, view->profile, rows->by, row);
	set_totals(object, &row->totals);
	if (rows->has_ranges) {
		set(object, "min_calls", number(row->range.min));
		set(object, "median_calls", number(row->range.median));
		set(object, "max_calls", number(row->range.max));
	}
	set(object, "mean_ns", number(row->mean_ns));
	set(object, "p50_ns", number(row->p50_ns));
	set(object, "p99_ns", number(row->p99_ns));
	set(object, "max_ns", number(row->max_ns));
	if (view->percentiles || view->has_histograms)
		set_latencies(object, view, rows, row);
	return object;
}

/*
 * A report may have millions of rows, so only one is in memory at a time: the document is printed
 * without its last brace, then comes the list.
 */
static void print_head(const struct view *view, json_t *document, const char *list)
{
	fputc('{', view->out);
	json_dumpf(document, view->out, JSON_COMPACT | JSON_EMBED);
	fprintf(view->out, ",\"%s\":[", list);
	json_decref(document);
}

static void print_element(const struct view *view, json_t *element, bool is_first)
{
	if (!is_first)
		fputc(',', view->out);
	json_dumpf(element, view->out, JSON_COMPACT);
	json_decref(element);
}

static void print_tail(const struct view *view)
{
	fputs("]}\n", view->out);
}

void view_json_rows(const struct view *view, const struct report_rows *rows)
{
	json_t *document = view_json_document(view, &rows->total);
	uint32_t nr_shown = view->limit && view->limit < rows->nr ? view->limit : rows->nr;

	set(document, "by", text(report_by_names[rows->by]));
	set(document, "rows_left_out", number(rows->nr - nr_shown));
	print_head(view, document, "rows");
	for (uint32_t i = 0; i < nr_shown; i++)
		print_element(view, new_row(view, rows, &rows->rows[i]), i == 0);
	print_tail(view);
}

static json_t *new_node(const struct view *view, const struct call_tree *tree, uint32_t id)
{
	const struct call_node *node = &tree->nodes[id];
	const struct call_label *label = &tree->labels[node->label];
	json_t *object = must(json_object());

	set(object, "id", number(id));
	set(object, "parent", number(node->parent));
	if (label->is_syscall) {
		set_syscall(object, label->abi, label->nr);
	} else {
		set(object, "function", text(label->name));
		set(object, "module", string_of(view->profile, label->location.module));
	}
	set_totals(object, &node->totals);
	return object;
}

/* Ids grow from a parent to its children, so the list is in an order that a reader can build. */
void view_json_tree(const struct view *view, const struct call_tree *tree, bool is_callers)
{
	json_t *document = view_json_document(view, &tree->nodes[0].totals);

	set(document, "tree", text(is_callers ? "callers" : "top-down"));
	print_head(view, document, "nodes");
	for (uint32_t id = 1; id < tree->nr_nodes; id++)
		print_element(view, new_node(view, tree, id), id == 1);
	print_tail(view);
}
