// SPDX-License-Identifier: MIT
/*
 * The difference as Markdown, for a comment on a change or the summary of a job.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/view/markdown.h"
#include "cli/view/view_diff.h"
#include "profile/util/xalloc.h"

static void print_row(const struct diff_view *view, const struct diff_row *row)
{
	const struct diff *diff = view->diff;
	bool is_old = row->kind == DIFF_GONE;
	const struct call_sites *sites = is_old ? diff->base : diff->new;
	const struct call_site *site = is_old ? row->base.site : row->new.site;
	char *place = diff->by == DIFF_BY_SYSCALL
			      ? xstrdup(row->name)
			      : diff_site_text(sites, row->place,
					       diff->by == DIFF_BY_SITE ? site : NULL, view->root);
	char *change = diff_change_text(row->base.totals.calls, row->new.totals.calls);
	char *code = markdown_code(place);
	char *syscall = markdown_code(call_names_text(diff->new->names, row->syscall));
	char *note = diff_note_text(diff, row);
	char *plain = markdown_text(note);

	fprintf(view->out, "| %s | %" PRIu64 " | %" PRIu64 " |", change, row->base.totals.calls,
		row->new.totals.calls);
	if (diff->by == DIFF_BY_SITE)
		fprintf(view->out, " %s |", syscall);
	fprintf(view->out, " %s%s%s |\n", code, *plain ? " " : "", plain);
	free(place);
	free(change);
	free(code);
	free(syscall);
	free(note);
	free(plain);
}

void view_diff_markdown(const struct diff_view *view)
{
	const struct diff *diff = view->diff;
	uint32_t nr_differing = diff_view_count(diff, &view->options), nr = 0;
	char *summary = diff_summary_text(diff);

	fprintf(view->out, "**System calls:** %s\n\n", summary);
	free(summary);
	if (!nr_differing) {
		fprintf(view->out, "No %s differs.\n", diff_by_names[diff->by]);
		return;
	}
	fprintf(view->out,
		diff->by == DIFF_BY_SITE ? "| change | before | now | call | %s |\n"
					   "|---:|---:|---:|---|---|\n"
					 : "| change | before | now | %s |\n"
					   "|---:|---:|---:|---|\n",
		diff_by_names[diff->by]);
	for (uint32_t i = 0; i < diff->nr; i++) {
		if (!diff_row_differs(diff, &diff->rows[i], &view->options))
			continue;
		if (view->limit && nr >= view->limit)
			break;
		print_row(view, &diff->rows[i]);
		nr++;
	}
	if (nr < nr_differing)
		fprintf(view->out, "\nand %" PRIu32 " more that differ.\n", nr_differing - nr);
}
