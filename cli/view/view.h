/* SPDX-License-Identifier: MIT */
/*
 * The views of a report. Each prints to view->out and checks no write: the caller looks at the
 * stream's error at the end. Whatever comes from the profile is escaped.
 */
#ifndef SCPROF_CLI_VIEW_VIEW_H
#define SCPROF_CLI_VIEW_VIEW_H

#include "analysis/call_tree.h"
#include "analysis/finding.h"
#include "analysis/report_rows.h"
#include "cli/term/terminal.h"

struct view {
	FILE *out;
	struct terminal terminal;
	const struct profile *profile;
	unsigned int limit; /* rows, or children of one node of a tree; 0: all */
	double min_percent; /* branches of a tree below this share are summed up */
	const struct percentiles *percentiles; /* columns of a table; NULL: the default ones */
	bool has_histograms;		       /* each row of a table with its latencies */
	const struct findings *findings;       /* NULL: not wanted */
};

/* Returns the percentiles to show. */
static inline const struct percentiles *view_percentiles(const struct view *view)
{
	return view->percentiles ? view->percentiles : &percentiles_default;
}

/*
 * The lines above a table or a tree: program, engine, sums, and whether the profile is complete.
 * @selected is what the filter lets through, NULL if there is no filter.
 */
void view_header(const struct view *view, const struct totals *selected);

/* The findings of @view as text, at most @limit of them unless 0; nothing when none are wanted. */
void view_findings(const struct view *view, unsigned int limit);

void view_table(const struct view *view, const struct report_rows *rows);
/* Draws @latencies, one line for each range of latencies, as long as the calls in it. */
void view_histogram(const struct view *view, const struct latencies *latencies);
void view_tree(const struct view *view, const struct call_tree *tree);
void view_folded(const struct view *view, const struct call_tree *tree);
void view_speedscope(const struct view *view, const struct call_tree *tree);
void view_json_rows(const struct view *view, const struct report_rows *rows);
void view_json_tree(const struct view *view, const struct call_tree *tree, bool is_callers);
/* Returns -1 after a message when this build has no page; nothing is printed then. */
int view_html(const struct view *view, const struct report_filter *filter);

#endif
