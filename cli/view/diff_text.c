// SPDX-License-Identifier: MIT
/*
 * Texts that all views of a difference use.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/view_diff.h"
#include "profile/util/format.h"
#include "profile/util/source_root.h"
#include "profile/util/xalloc.h"

#define MAX_SYSCALLS 6

uint32_t diff_view_count(const struct diff *diff, const struct diff_options *options)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < diff->nr; i++)
		nr += diff_row_differs(diff, &diff->rows[i], options);
	return nr;
}

char *diff_file_text(const struct call_sites *sites, const struct call_site *site, const char *root)
{
	if (!site || !site->file)
		return NULL;
	return source_root_relative(root, call_names_text(sites->names, site->file));
}

char *diff_site_text(const struct call_sites *sites, uint32_t place, const struct call_site *site,
		     const char *root)
{
	char *name = call_names_place_text(sites->names, place, sites->program);
	char *file = diff_file_text(sites, site, root);
	char *text;

	if (!file)
		return name;
	text = site->key.line ? xasprintf("%s (%s:%" PRIu32 ")", name, file, site->key.line)
			      : xasprintf("%s (%s)", name, file);
	free(name);
	free(file);
	return text;
}

static char *counterpart_text(const struct diff *diff, const struct diff_row *row)
{
	const struct diff_row *other = &diff->rows[row->counterpart - 1];
	bool came = row->kind == DIFF_NEW || row->kind == DIFF_GREW;
	char *name = call_names_place_text(diff->new->names, other->place, diff->new->program);
	char *text;

	if (row->kind == DIFF_NEW && other->kind == DIFF_GONE)
		text = xasprintf("was %s?", name);
	else if (row->kind == DIFF_GONE && other->kind == DIFF_NEW)
		text = xasprintf("now %s?", name);
	else
		text = xasprintf(came ? "moved from %s?" : "moved to %s?", name);
	free(name);
	return text;
}

char *diff_note_text(const struct diff *diff, const struct diff_row *row)
{
	const struct diff_side *side = &row->new;

	if (row->counterpart)
		return counterpart_text(diff, row);
	if (side->calls_min == side->calls_max)
		side = &row->base;
	if (side->calls_min == side->calls_max)
		return xstrdup("");
	return xasprintf("varies: %" PRIu64 "..%" PRIu64, side->calls_min, side->calls_max);
}

char *diff_change_text(uint64_t base, uint64_t new)
{
	uint64_t size = base > new ? base - new : new - base;
	char sign = base > new ? '-' : '+';
	double ratio = base ? 100.0 * (double)size / (double)base : 0;

	if (!size)
		return xstrdup("0");
	if (!base)
		return xasprintf("+%" PRIu64 " (new)", size);
	if (!new)
		return xasprintf("-%" PRIu64 " (gone)", size);
	if (ratio > 999)
		return xasprintf("%c%" PRIu64 " (x%.0f)", sign, size, (double)new / (double)base);
	return xasprintf("%c%" PRIu64 " (%c%.*f%%)", sign, size, sign, ratio < 9.95, ratio);
}

static char *pair_text(const char *what, const char *base, const char *new, double from, double to)
{
	double percent = from > 0 ? 100 * (to - from) / from : 0;

	if (!strcmp(base, new))
		return xasprintf("%s%s, the same", what, base);
	if (from <= 0 || percent > 999)
		return xasprintf("%s%s -> %s", what, base, new);
	return xasprintf("%s%s -> %s (%+.*f%%)", what, base, new, fabs(percent) < 9.95, percent);
}

char *diff_summary_text(const struct diff *diff)
{
	const struct totals *base = &diff->base_total, *new = &diff->new_total;
	char before[FORMAT_SIZE], after[FORMAT_SIZE];
	char *calls =
		pair_text("calls ", format_count(before, base->calls),
			  format_count(after, new->calls), (double)base->calls, (double)new->calls);
	char *errors = pair_text("errors ", format_count(before, base->errors),
				 format_count(after, new->errors), (double)base->errors,
				 (double)new->errors);
	char *bytes =
		pair_text("moved ", format_bytes(before, base->bytes),
			  format_bytes(after, new->bytes), (double)base->bytes, (double)new->bytes);
	char *time = pair_text("; time ", format_time(before, base->time_ns),
			       format_time(after, new->time_ns), (double)base->time_ns,
			       (double)new->time_ns);
	bool has_time = diff->base->has_time && diff->new->has_time;
	char *text = xasprintf("%s; %s; %s%s", calls, errors, bytes, has_time ? time : "");

	free(calls);
	free(errors);
	free(bytes);
	free(time);
	return text;
}

char *diff_syscalls_text(const struct diff *by_syscall, const struct diff_options *options)
{
	char *text = xstrdup("");
	uint32_t nr = 0, nr_more = 0;

	for (uint32_t i = 0; i < by_syscall->nr; i++) {
		const struct diff_row *row = &by_syscall->rows[i];
		int64_t change = diff_of(row->base.totals.calls, row->new.totals.calls);
		char *longer;

		if (!change || !diff_row_differs(by_syscall, row, options))
			continue;
		if (nr++ >= MAX_SYSCALLS) {
			nr_more++;
			continue;
		}
		longer = xasprintf("%s%s%s %+" PRId64, text, *text ? ", " : "", row->name, change);
		free(text);
		text = longer;
	}
	if (nr_more) {
		char *longer = xasprintf("%s and %" PRIu32 " more", text, nr_more);

		free(text);
		text = longer;
	}
	return text;
}
