// SPDX-License-Identifier: MIT
/*
 * `scprof report`: reads a profile, selects, groups, and passes the result to a view.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/finding_detect.h"
#include "analysis/program_name.h"
#include "analysis/waiting.h"
#include "cli/cmd/commands.h"
#include "cli/cmd/find_profile.h"
#include "cli/cmd/report_options.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "cli/term/output.h"
#include "cli/term/pager.h"
#include "cli/view/view.h"
#include "profile/model/runs.h"
#include "profile/model/scope.h"
#include "profile/pprof/pprof.h"
#include "profile/util/write_error.h"
#include "profile/util/xalloc.h"

#define DEFAULT_LIMIT	   30
#define FIRST_SCREEN_LIMIT 15 /* rows */
#define MAX_FINDINGS	   12

#define FIRST_SCREEN_FINDINGS 5 /* so that the table below begins on the first screen */

static void show_tree(const struct report_options *options, const struct view *view,
		      const struct report_filter *filter)
{
	unsigned int flags = options->is_callers ? CALL_TREE_CALLERS : 0;
	struct call_tree tree;

	if (options->format == FORMAT_FOLDED)
		flags |= CALL_TREE_ANY_MODULE;
	else if (options->format == FORMAT_SPEEDSCOPE)
		flags |= CALL_TREE_FILES;
	else if (options->format == FORMAT_TEXT && !options->is_full)
		flags |= CALL_TREE_FOLDED;
	call_tree_init(&tree, view->profile, filter, options->sort, flags);
	if (options->format == FORMAT_TEXT && options->sort == REPORT_SORT_TIME &&
	    !tree.nodes[0].totals.time_ns && tree.nodes[0].totals.calls) {
		/* No call took a measurable time, so a tree by time would be empty. */
		call_tree_fini(&tree);
		call_tree_init(&tree, view->profile, filter, REPORT_SORT_CALLS, flags);
	}
	if (options->format == FORMAT_FOLDED) {
		view_folded(view, &tree);
	} else if (options->format == FORMAT_SPEEDSCOPE) {
		view_speedscope(view, &tree);
	} else if (options->format == FORMAT_JSON) {
		view_json_tree(view, &tree, options->is_callers);
	} else {
		view_header(view, report_filter_is_open(filter) ? NULL : &tree.nodes[0].totals);
		view_tree(view, &tree);
	}
	call_tree_fini(&tree);
}

/* Returns true for the default view. */
static bool is_first_screen(const struct report_options *options)
{
	return options->format == FORMAT_TEXT && options->by < 0 &&
	       !report_options_has_nodes(options);
}

static void show_table(const struct report_options *options, const struct view *view,
		       const struct report_filter *filter)
{
	enum report_by by = options->by >= 0 ? (enum report_by)options->by : REPORT_BY_SITE;
	struct report_rows rows;

	report_rows_init(&rows, view->profile, filter, by, options->sort);
	if (options->format == FORMAT_JSON) {
		view_json_rows(view, &rows);
	} else {
		view_header(view, report_filter_is_open(filter) ? NULL : &rows.total);
		if (is_first_screen(options))
			view_findings_first(view, FIRST_SCREEN_FINDINGS);
		view_table(view, &rows);
	}
	report_rows_fini(&rows);
}

/*
 * Returns true if the report shows waiting calls as one line. If the user selects system calls by
 * name or sorts by another value than time, all calls are rows. So are they in a profile of several
 * runs: it has the range of calls only for a whole site, and not for its waiting part.
 */
static bool separates_waiting(const struct report_options *options, const struct view *view)
{
	return is_first_screen(options) && options->sort == REPORT_SORT_TIME &&
	       !options->has_wait && !options->syscalls && !view->profile->runs;
}

/* Shows the working calls as rows, and then the waiting calls as one line. */
static void show_first_screen(const struct report_options *options, const struct view *view,
			      const struct report_filter *filter)
{
	struct report_filter working = *filter;
	struct waiting waiting;
	struct waiting_sum sum;
	struct report_rows rows;
	struct totals selected;

	waiting_init(&waiting, view->profile);
	waiting_sum_init(&sum, view->profile, filter);
	working.without = &waiting;
	report_rows_init(&rows, view->profile, &working, REPORT_BY_SITE, options->sort);
	selected = rows.total;
	totals_add(&selected, &sum.totals);
	view_header(view, report_filter_is_open(filter) ? NULL : &selected);
	view_findings_first(view, FIRST_SCREEN_FINDINGS);
	if (rows.nr || !sum.nr)
		view_table(view, &rows);
	view_waiting(view, &sum);
	report_rows_fini(&rows);
	waiting_sum_fini(&sum);
}

static bool wants_findings(const struct report_options *options)
{
	if (options->findings >= 0)
		return options->findings == FINDINGS_ON;
	return options->format == FORMAT_JSON || options->format == FORMAT_HTML ||
	       is_first_screen(options);
}

/*
 * Prints to @out, through a pager if needed. Prints directly, a second time, if the pager could not
 * be run.
 */
static void show_paged(const struct report_options *options, struct view *view,
		       const struct report_filter *filter, FILE *out)
{
	bool is_text = options->format == FORMAT_TEXT;
	struct pager pager;
	bool is_shown;

	pager_open(&pager, out, &view->terminal, is_text && !options->has_no_pager);
	do {
		view->out = pager.out;
		if (report_options_has_nodes(options))
			show_tree(options, view, filter);
		else if (separates_waiting(options, view))
			show_first_screen(options, view, filter);
		else
			show_table(options, view, filter);
		if (is_text && !is_first_screen(options))
			view_findings(view, MAX_FINDINGS);
		is_shown = pager_close(&pager);
	} while (!is_shown);
}

/* Writes what the filter selects, with all names that were found. Returns 0 or -errno. */
static int write_pprof(struct profile *profile, const struct report_filter *filter, FILE *out)
{
	int err;

	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		if (!report_filter_has(filter, &profile->samples[i]))
			profile->samples[i].calls = 0;
	}
	for (uint32_t i = 0; profile->runs && i < profile->runs->nr_sites; i++) {
		const struct run_site *site = &profile->runs->sites[i];

		if (!report_filter_has(filter, &(struct sample){ .key = site->key }))
			memset(site->calls, 0, profile->runs->nr * sizeof(*site->calls));
	}
	err = pprof_write_to(profile, fileno(out));
	if (!err || err == -EPIPE)
		return 0;
	message_print("cannot write the report: %s", write_error_text(-err));
	return err;
}

/* Returns STATUS_OK, or another status after a message. */
static int show_profile(const struct report_options *options, struct profile *profile, FILE *out)
{
	struct view view = {
		.profile = profile,
		.limit = options->limit,
		.min_percent = options->min_percent,
		.percentiles = options->has_percentiles ? &options->percentiles : NULL,
		.has_histograms = options->has_histograms,
	};
	struct findings findings = { 0 };
	const struct frame_pattern *failed;
	struct report_filter filter;
	int err = 0;

	failed = report_filter_init(&filter, profile, options->syscalls, options->patterns.list,
				    options->patterns.nr);
	if (failed) {
		options_print_failure(failed);
		report_filter_fini(&filter);
		return STATUS_FAILURE;
	}
	if (!options->has_limit && !report_options_has_nodes(options) &&
	    options->format == FORMAT_TEXT)
		view.limit = is_first_screen(options) ? FIRST_SCREEN_LIMIT : DEFAULT_LIMIT;
	terminal_init(&view.terminal, out, options->color);
	if (wants_findings(options)) {
		findings_init(&findings, profile, &filter);
		view.findings = &findings;
	}
	view.out = out;
	if (options->format == FORMAT_HTML)
		err = view_html(&view, &filter);
	else if (options->format == FORMAT_PPROF)
		err = write_pprof(profile, &filter, out);
	else
		show_paged(options, &view, &filter, out);
	findings_fini(&findings);
	report_filter_fini(&filter);
	return err ? STATUS_FAILURE : STATUS_OK;
}

/* Reduces the profile as --from and --region say. Returns false after a message. */
static bool cut(struct profile *profile, const struct report_options *options)
{
	const char *option = "--from";
	char *error;
	int err = options->from ? scope_apply(profile, options->from, &error) : 0;

	if (!err && options->region) {
		option = "--region";
		err = scope_apply_region(profile, options->region, &error);
	}
	if (!err)
		return true;
	message_print("%s: %s", option, error);
	free(error);
	return false;
}

/* Prints a message and returns false if --by needs files and the profile does not contain them. */
static bool has_files(const struct report_options *options, const struct profile *profile)
{
	if (options->by != REPORT_BY_FD && options->by != REPORT_BY_PATH)
		return true;
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		if (profile->samples[i].key.kind)
			return true;
	}
	message_print("--by %s needs a profile that 'scprof run --fds' made: this one does not say "
		      "which files the calls used",
		      report_by_names[options->by]);
	return false;
}

static int show(const struct report_options *options)
{
	struct output output;
	struct profile profile;
	int status;

	if (find_profile(&profile, options->path))
		return STATUS_FAILURE;
	program_name_apply(&profile);
	status = skips_apply(&options->skips, &profile);
	if (status == STATUS_OK && (!has_files(options, &profile) || !cut(&profile, options)))
		status = STATUS_FAILURE;
	if (status == STATUS_OK)
		status = output_open(&output, options->output) ? STATUS_FAILURE : STATUS_OK;
	if (status == STATUS_OK) {
		status = show_profile(options, &profile, output.stream);
		status = output_end(&output, "the report", status);
	}
	profile_fini(&profile);
	return status;
}

int cmd_report(int argc, char **argv)
{
	struct report_options options;
	int status = report_options_parse(&options, argc, argv);

	if (status == STATUS_OK)
		status = options.wants_help ? options_print_help(report_usage) : show(&options);
	report_options_fini(&options);
	return status;
}
