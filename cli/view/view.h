/* SPDX-License-Identifier: MIT */
/*
 * The views of a report. Each prints to view->out and does not check for write errors: the caller
 * checks the stream at the end. Everything that comes from the profile is escaped.
 */
#ifndef SCPROF_CLI_VIEW_VIEW_H
#define SCPROF_CLI_VIEW_VIEW_H

#include "analysis/call_tree.h"
#include "analysis/finding.h"
#include "analysis/report_rows.h"
#include "analysis/waiting_sum.h"
#include "cli/term/terminal.h"

struct view {
	FILE *out;
	struct terminal terminal;
	const struct profile *profile;
	unsigned int limit; /* most rows, or children of a node of a tree; 0: all */
	double min_percent; /* branches of a tree with a smaller share are combined */
	/* Percentile columns of a table; NULL: the default. */
	const struct percentiles *percentiles;
	bool has_histograms;		 /* each row of a table has a histogram of its latencies */
	const struct findings *findings; /* NULL: do not show findings */
};

/* Returns the percentiles to show. */
static inline const struct percentiles *view_percentiles(const struct view *view)
{
	return view->percentiles ? view->percentiles : &percentiles_default;
}

/*
 * Prints the lines above a table or a tree: program, engine, sums, and if the profile is complete.
 * @selected is the sum of what the filter selects; NULL: there is no filter.
 */
void view_header(const struct view *view, const struct totals *selected);

/*
 * Prints the findings of @view as text: at most @limit of them, or all if it is 0. Prints nothing
 * if view->findings is NULL.
 */
void view_findings(const struct view *view, unsigned int limit);
/* The same, but the empty line is after the findings, because a table follows. */
void view_findings_first(const struct view *view, unsigned int limit);

void view_table(const struct view *view, const struct report_rows *rows);
/* Prints @waiting as one line that names the system calls. Prints nothing if no call waited. */
void view_waiting(const struct view *view, const struct waiting_sum *waiting);
/* Draws @latencies: one line for each range, with a bar that shows the number of calls in it. */
void view_histogram(const struct view *view, const struct latencies *latencies);
void view_tree(const struct view *view, const struct call_tree *tree);
void view_folded(const struct view *view, const struct call_tree *tree);
void view_speedscope(const struct view *view, const struct call_tree *tree);
void view_json_rows(const struct view *view, const struct report_rows *rows);
void view_json_tree(const struct view *view, const struct call_tree *tree, bool is_callers);
/* Returns 0. If this build has no HTML page, prints only a message and returns -1. */
int view_html(const struct view *view, const struct report_filter *filter);

#endif
