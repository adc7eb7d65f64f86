// SPDX-License-Identifier: MIT
/*
 * The default view without its header, for the end of a run. The profile was symbolised by the
 * one who wrote it, so nothing is looked up here.
 */
#include "cli/summary.h"
#include "cli/view.h"

void summary_print_top(const struct profile *profile, FILE *stream, unsigned int nr_rows)
{
	struct view view = { .out = stream, .profile = profile, .limit = nr_rows };
	struct report_filter filter = { 0 };
	struct report_rows rows;

	terminal_init(&view.terminal, stream, COLOR_AUTO);
	report_rows_init(&rows, profile, &filter, REPORT_BY_SITE, REPORT_SORT_TIME);
	view_table(&view, &rows);
	report_rows_fini(&rows);
}
