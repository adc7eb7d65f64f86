// SPDX-License-Identifier: MIT
/*
 * The report as JSON, version 1: doc/json.md. A version may get new members, but no member changes
 * its meaning. A tree is a flat list of nodes, so a parser's limit of depth does not matter.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/json_value.h"
#include "cli/view/view.h"
#include "cli/view/view_json.h"
#include "profile/model/file_kind.h"
#include "profile/model/gate_counts.h"
#include "profile/util/utf8.h"
#include "profile/util/xalloc.h"

#define JSON_REPORT_VERSION 1

static json_t *string_of(const struct profile *profile, uint32_t id)
{
	return json_value_text(string_table_get(&profile->strings, id));
}

static void set_totals(json_t *object, const struct totals *totals)
{
	json_value_set(object, "calls", json_value_number(totals->calls));
	json_value_set(object, "errors", json_value_number(totals->errors));
	json_value_set(object, "time_ns", json_value_number(totals->time_ns));
	json_value_set(object, "bytes", json_value_number(totals->bytes));
}

static json_t *new_totals(const struct totals *totals)
{
	json_t *object = json_value_object();

	set_totals(object, totals);
	return object;
}

static json_t *new_facts(const struct profile *profile)
{
	json_t *facts = json_value_object();

	for (uint32_t i = 0; i < profile->nr_facts; i++) {
		const char *raw = profile->facts[i].key;
		char *key = utf8_clean(raw, strlen(raw));

		json_value_set(facts, key, json_value_text(profile->facts[i].value));
		free(key);
	}
	return facts;
}

static void set_syscall(json_t *object, uint32_t abi, uint32_t nr)
{
	json_value_set(object, "syscall", json_value_text(syscall_name(abi, nr)));
	json_value_set(object, "nr", json_value_number(nr));
	json_value_set(object, "abi", json_value_text(syscall_abi_name(abi)));
}

static void set_location(json_t *object, const struct profile *profile,
			 const struct location *location)
{
	json_value_set(object, "function",
		       json_value_take_text(location_function(profile, location)));
	json_value_set(object, "file", string_of(profile, location->file));
	json_value_set(object, "line_nr", json_value_number(location->line));
	json_value_set(object, "module", string_of(profile, location->module));
}

static json_t *new_finding(const struct profile *profile, const struct finding *finding)
{
	json_t *object = json_value_object();
	json_t *evidence = json_value_object();

	json_value_set(object, "kind", json_value_text(finding->kind));
	json_value_set(object, "severity",
		       json_value_text(finding_severity_name(finding->severity)));
	json_value_set(object, "text", json_value_text(finding->text));
	json_value_set(object, "advice", json_value_text(finding->advice));
	json_value_set(
		object, "site",
		json_value_take_text(location_place(profile, &finding->location, LOCATION_FULL)));
	set_syscall(object, finding->abi, finding->nr);
	set_location(object, profile, &finding->location);
	json_value_set(object, "process", string_of(profile, finding->process));
	set_totals(evidence, &finding->totals);
	for (int i = 0; i < FINDING_MAX_FIGURES && finding->figures[i].name; i++)
		json_value_set(evidence, finding->figures[i].name,
			       json_value_number(finding->figures[i].value));
	json_value_set(object, "evidence", evidence);
	return object;
}

static json_t *new_findings(const struct profile *profile, const struct findings *findings)
{
	json_t *list = json_value_array();

	for (uint32_t i = 0; i < findings->nr; i++) {
		json_value_append(list, new_finding(profile, &findings->list[i]));
	}
	return list;
}

static json_t *new_gate_counts(const struct gate_counts *counts)
{
	json_t *object = json_value_object();

	for (unsigned int i = 0; i < NR_GATE_COUNTS; i++)
		json_value_set(object, gate_count_names[i].name,
			       json_value_number(gate_counts_value(counts, i)));
	return object;
}

/* Returns the runs of the whole profile. */
static json_t *new_runs(const struct profile *profile)
{
	struct run_range range = profile_run_range(profile);
	json_t *runs = json_value_object();

	json_value_set(runs, "count", json_value_number(profile->runs->nr));
	json_value_set(runs, "min_calls", json_value_number(range.min));
	json_value_set(runs, "median_calls", json_value_number(range.median));
	json_value_set(runs, "max_calls", json_value_number(range.max));
	json_value_set(runs, "varying_sites", json_value_number(profile->runs->nr_sites));
	return runs;
}

/* Returns the sums of the whole profile, with the part of the time that is waiting. */
static json_t *new_profile_total(const struct profile *profile, const struct totals *all)
{
	json_t *object = new_totals(all);
	struct waiting_sum waiting;

	waiting_sum_init(&waiting, profile, NULL);
	json_value_set(object, "waiting_ns", json_value_number(waiting.totals.time_ns));
	waiting_sum_fini(&waiting);
	return object;
}

json_t *view_json_document(const struct view *view, const struct totals *selected)
{
	const struct profile *profile = view->profile;
	struct totals all = { 0 };
	struct gate_counts counts;
	json_t *document = json_value_object();

	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		struct totals sample = totals_of_sample(&profile->samples[i]);

		totals_add(&all, &sample);
	}
	json_value_set(document, "version", json_integer(JSON_REPORT_VERSION));
	json_value_set(document, "total", new_totals(selected));
	json_value_set(document, "complete", json_boolean(profile_is_complete(profile)));
	json_value_set(document, "profile_total", new_profile_total(profile, &all));
	json_value_set(document, "start_time_ns", json_integer(profile->start_time_ns));
	json_value_set(document, "duration_ns", json_integer(profile->duration_ns));
	if (profile->runs)
		json_value_set(document, "runs", new_runs(profile));
	if (gate_counts_get(profile, &counts))
		json_value_set(document, "gate", new_gate_counts(&counts));
	json_value_set(document, "facts", new_facts(profile));
	if (view->findings)
		json_value_set(document, "findings", new_findings(profile, view->findings));
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
		json_value_set(object, "site", json_value_text(row->name));
		set_syscall(object, key->abi, key->nr);
		set_location(object, profile, &key->location);
		break;
	case REPORT_BY_FUNCTION:
		json_value_set(object, "function",
			       json_value_take_text(location_function(profile, &key->location)));
		json_value_set(object, "module", string_of(profile, key->location.module));
		break;
	case REPORT_BY_LINE:
		json_value_set(object, "line", json_value_text(row->name));
		json_value_set(object, "file", string_of(profile, key->location.file));
		json_value_set(object, "line_nr", json_value_number(key->location.line));
		break;
	case REPORT_BY_MODULE:
		json_value_set(object, "module", json_value_text(row->name));
		break;
	case REPORT_BY_PROCESS:
		json_value_set(object, "process", string_of(profile, key->process));
		json_value_set(object, "pid", json_value_number(key->pid));
		break;
	case REPORT_BY_THREAD:
		json_value_set(object, "thread", string_of(profile, key->thread));
		json_value_set(object, "tid", json_value_number(key->tid));
		json_value_set(object, "process", string_of(profile, key->process));
		json_value_set(object, "pid", json_value_number(key->pid));
		break;
	case REPORT_BY_FD:
		json_value_set(object, "fd",
			       key->fd ? json_value_number(key->fd - 1) : json_null());
		json_value_set(object, "kind", json_value_text(file_kind_name(key->kind)));
		json_value_set(object, "path", string_of(profile, key->path));
		break;
	case REPORT_BY_PATH:
		json_value_set(object, "path", string_of(profile, key->path));
		break;
	case REPORT_BY_REGION:
		json_value_set(object, "region", string_of(profile, key->region));
		break;
	default:
		json_value_set(object, "errno", json_value_text(row->name));
		json_value_set(object, "errno_nr", json_value_number(key->error));
		break;
	}
}

/* Adds the percentiles that the user asked for. Every row has the default ones. */
static void set_percentiles(json_t *object, const struct view *view,
			    const struct latencies *latencies)
{
	const struct percentiles *percentiles = view_percentiles(view);

	for (unsigned int i = 0; i < percentiles->nr; i++) {
		char *key = xasprintf("%s_ns", percentiles->names[i]);

		json_value_set(object, key,
			       json_value_number(
				       latencies_percentile(latencies, percentiles->percent[i])));
		free(key);
	}
}

static json_t *new_histogram(const struct latencies *latencies)
{
	json_t *list = json_value_array();

	for (unsigned int bucket = 0; bucket < HISTOGRAM_NR_BUCKETS; bucket++) {
		uint64_t calls = latencies->histogram.calls[bucket];
		json_t *element;

		if (!calls)
			continue;
		element = json_value_object();
		json_value_set(element, "from_ns", json_value_number(histogram_lower(bucket)));
		json_value_set(element, "to_ns", json_value_number(histogram_upper(bucket)));
		json_value_set(element, "calls", json_value_number(calls));
		json_value_set(element, "time_ns", json_value_number(latencies->time_ns[bucket]));
		json_value_append(list, element);
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
		json_value_set(object, "histogram", new_histogram(latencies));
	free(latencies);
}

static json_t *new_row(const struct view *view, const struct report_rows *rows,
		       const struct report_row *row)
{
	json_t *object = json_value_object();

	set_key(object, view->profile, rows->by, row);
	set_totals(object, &row->totals);
	if (rows->has_ranges) {
		json_value_set(object, "min_calls", json_value_number(row->range.min));
		json_value_set(object, "median_calls", json_value_number(row->range.median));
		json_value_set(object, "max_calls", json_value_number(row->range.max));
	}
	json_value_set(object, "waiting_ns", json_value_number(row->waiting_ns));
	json_value_set(object, "mean_ns", json_value_number(row->mean_ns));
	json_value_set(object, "p50_ns", json_value_number(row->p50_ns));
	json_value_set(object, "p99_ns", json_value_number(row->p99_ns));
	json_value_set(object, "max_ns", json_value_number(row->max_ns));
	if (view->percentiles || view->has_histograms)
		set_latencies(object, view, rows, row);
	return object;
}

/*
 * A report may have millions of rows, so only one is in memory at a time: prints the document
 * without its last brace, followed by the start of the list.
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

	json_value_set(document, "by", json_value_text(report_by_names[rows->by]));
	json_value_set(document, "rows_left_out", json_value_number(rows->nr - nr_shown));
	print_head(view, document, "rows");
	for (uint32_t i = 0; i < nr_shown; i++)
		print_element(view, new_row(view, rows, &rows->rows[i]), i == 0);
	print_tail(view);
}

static json_t *new_node(const struct view *view, const struct call_tree *tree, uint32_t id)
{
	const struct call_node *node = &tree->nodes[id];
	const struct call_label *label = &tree->labels[node->label];
	json_t *object = json_value_object();

	json_value_set(object, "id", json_value_number(id));
	json_value_set(object, "parent", json_value_number(node->parent));
	if (label->is_syscall) {
		set_syscall(object, label->abi, label->nr);
	} else {
		json_value_set(object, "function", json_value_text(label->name));
		json_value_set(object, "module", string_of(view->profile, label->location.module));
	}
	set_totals(object, &node->totals);
	return object;
}

/*
 * A parent's id is smaller than those of its children, so a reader of the list sees parents first.
 */
void view_json_tree(const struct view *view, const struct call_tree *tree, bool is_callers)
{
	json_t *document = view_json_document(view, &tree->nodes[0].totals);

	json_value_set(document, "tree", json_value_text(is_callers ? "callers" : "top-down"));
	print_head(view, document, "nodes");
	for (uint32_t id = 1; id < tree->nr_nodes; id++)
		print_element(view, new_node(view, tree, id), id == 1);
	print_tail(view);
}
