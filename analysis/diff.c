// SPDX-License-Identifier: MIT
/*
 * Groups by sorting: the sites of both runs become entries, the entries are sorted by the view's
 * key, and entries with equal keys become a row. diff_counterpart.c pairs new rows with rows that
 * are gone.
 */
#include "analysis/diff.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/diff_counterpart.h"
#include "profile/util/xalloc.h"

#define LEAST_CALL_NS 1000 /* a call costs at least this much: short calls are measured as 0 */
#define ERROR_NS      500
#define BYTES_PER_NS  4

struct entry {
	uint32_t place;
	uint32_t syscall;
	bool is_new;
	const struct call_site *site;
};

int64_t diff_of(uint64_t a, uint64_t b)
{
	uint64_t size = a > b ? a - b : b - a;

	if (size > INT64_MAX)
		size = INT64_MAX;
	return a > b ? -(int64_t)size : (int64_t)size;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/*
 * Entries with the same key are sorted by line, so that the first of several equal ones is always
 * the same.
 */
static int compare_entries(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;
	int order = compare_numbers(left->place, right->place);

	if (!order)
		order = compare_numbers(left->syscall, right->syscall);
	if (!order)
		order = compare_numbers(left->is_new, right->is_new);
	if (!order)
		order = compare_numbers(left->site->key.line, right->site->key.line);
	return order ? order : compare_numbers(left->site->key.stack, right->site->key.stack);
}

static void add_entries(struct entry *entries, uint32_t *nr, const struct call_sites *sites,
			enum diff_by by, bool is_new)
{
	for (uint32_t i = 0; i < sites->nr; i++) {
		const struct call_site *site = &sites->sites[i];

		entries[(*nr)++] = (struct entry){
			.place = by == DIFF_BY_SYSCALL ? 0 : site->key.place,
			.syscall = by == DIFF_BY_FUNCTION ? 0 : site->key.syscall,
			.is_new = is_new,
			.site = site,
		};
	}
}

/*
 * Adds the entries of one run from @start on. Returns the index of the first entry of the other
 * run.
 */
static uint32_t fill_side(struct diff_side *side, const struct call_sites *sites,
			  const struct entry *entries, uint32_t start, uint32_t end, bool is_new)
{
	uint64_t *runs = NULL, steady = 0;

	for (; start < end && entries[start].is_new == is_new; start++) {
		const struct call_site *site = entries[start].site;

		totals_add(&side->totals, &site->totals);
		if (!side->site || site->totals.calls > side->site->totals.calls)
			side->site = site;
		if (!site->varying) {
			steady = count_add(steady, site->totals.calls);
			continue;
		}
		if (!runs)
			runs = xcalloc(sites->nr_runs, sizeof(*runs));
		for (uint32_t run = 0; run < sites->nr_runs; run++)
			runs[run] = count_add(runs[run], site->varying[run]);
	}
	side->calls_min = side->calls_max = runs ? count_add(steady, runs[0]) : steady;
	for (uint32_t run = 1; runs && run < sites->nr_runs; run++) {
		uint64_t calls = count_add(steady, runs[run]);

		side->calls_min = calls < side->calls_min ? calls : side->calls_min;
		side->calls_max = calls > side->calls_max ? calls : side->calls_max;
	}
	free(runs);
	return start;
}

static bool is_there(const struct diff_side *side)
{
	return side->totals.calls || side->calls_max;
}

static enum diff_kind kind_of(const struct diff_side *base, const struct diff_side *new)
{
	if (!is_there(base))
		return DIFF_NEW;
	if (!is_there(new))
		return DIFF_GONE;
	if (new->totals.calls != base->totals.calls)
		return new->totals.calls > base->totals.calls ? DIFF_GREW : DIFF_SHRANK;
	if (new->totals.errors != base->totals.errors || new->totals.bytes != base->totals.bytes)
		return DIFF_CHANGED;
	return DIFF_SAME;
}

static double size_of(uint64_t a, uint64_t b)
{
	return (double)(a > b ? a - b : b - a);
}

/* Returns true for calls whose number depends on how threads happen to be scheduled. */
static bool is_scheduling(const struct diff *diff, const struct diff_row *row)
{
	static const char names[] =
		" clock_nanosleep epoll_pwait epoll_pwait2 epoll_wait futex nanosleep poll ppoll"
		" pselect6 restart_syscall rt_sigreturn rt_sigtimedwait sched_yield select ";
	char *word;
	bool is_one;

	if (!row->syscall)
		return false;
	word = xasprintf(" %s ", call_names_text(diff->new->names, row->syscall));
	is_one = strstr(names, word) != NULL;
	free(word);
	return is_one;
}

/* For a call that waits, the time is not the cost of the call: it counts with the minimum. */
static double cost_of(const struct diff *diff, const struct diff_row *row)
{
	const struct totals *base = &row->base.totals, *new = &row->new.totals;
	double calls = (double)count_add(base->calls, new->calls);
	double mean = calls > 0 ? (double)count_add(base->time_ns, new->time_ns) / calls : 0;

	if (mean < LEAST_CALL_NS || is_scheduling(diff, row))
		mean = LEAST_CALL_NS;
	return size_of(base->calls, new->calls) * mean +
	       size_of(base->errors, new->errors) * ERROR_NS +
	       size_of(base->bytes, new->bytes) / BYTES_PER_NS;
}

static char *name_of(const struct diff *diff, const struct diff_row *row)
{
	const struct call_names *names = diff->new->names;
	char *place, *name;

	if (diff->by == DIFF_BY_SYSCALL)
		return xstrdup(call_names_text(names, row->syscall));
	place = call_names_place_text(names, row->place, diff->new->program);
	if (diff->by == DIFF_BY_FUNCTION)
		return place;
	name = xasprintf("%s %s", call_names_text(names, row->syscall), place);
	free(place);
	return name;
}

static double sort_value(const struct diff_row *row, enum diff_sort sort)
{
	const struct totals *base = &row->base.totals, *new = &row->new.totals;

	switch (sort) {
	case DIFF_SORT_CALLS:
		return size_of(base->calls, new->calls);
	case DIFF_SORT_ERRORS:
		return size_of(base->errors, new->errors);
	case DIFF_SORT_BYTES:
		return size_of(base->bytes, new->bytes);
	case DIFF_SORT_TIME:
		return size_of(base->time_ns, new->time_ns);
	case DIFF_SORT_COST:
		return row->cost_ns;
	default:
		return 0;
	}
}

static int compare_rows(const void *a, const void *b, void *argument)
{
	const struct diff_row *left = a, *right = b;
	enum diff_sort sort = *(const enum diff_sort *)argument;
	double x = sort_value(left, sort), y = sort_value(right, sort);

	if (x != y)
		return x > y ? -1 : 1;
	return strcmp(left->name, right->name);
}

static void make_rows(struct diff *diff, const struct entry *entries, uint32_t nr)
{
	uint32_t end;

	diff->rows = xreallocarray(NULL, nr + 1, sizeof(*diff->rows));
	for (uint32_t start = 0; start < nr; start = end) {
		struct diff_row *row = &diff->rows[diff->nr++];

		*row = (struct diff_row){ .place = entries[start].place,
					  .syscall = entries[start].syscall };
		for (end = start + 1; end < nr; end++) {
			if (entries[end].place != row->place ||
			    entries[end].syscall != row->syscall)
				break;
		}
		start = fill_side(&row->base, diff->base, entries, start, end, false);
		fill_side(&row->new, diff->new, entries, start, end, true);
		row->kind = kind_of(&row->base, &row->new);
		row->cost_ns = cost_of(diff, row);
		row->name = name_of(diff, row);
	}
}

void diff_init(struct diff *diff, const struct call_sites *base, const struct call_sites *new,
	       enum diff_by by, enum diff_sort sort)
{
	size_t capacity = (size_t)base->nr + new->nr + 1;
	struct entry *entries = xreallocarray(NULL, capacity, sizeof(*entries));
	uint32_t nr = 0;

	*diff = (struct diff){ .base = base, .new = new, .by = by };
	add_entries(entries, &nr, base, by, false);
	add_entries(entries, &nr, new, by, true);
	qsort(entries, nr, sizeof(*entries), compare_entries);
	make_rows(diff, entries, nr);
	free(entries);
	qsort_r(diff->rows, diff->nr, sizeof(*diff->rows), compare_rows, &sort);
	if (by != DIFF_BY_SYSCALL)
		diff_find_counterparts(diff);
	diff->base_total = call_sites_total(base);
	diff->new_total = call_sites_total(new);
}

void diff_init_total(struct diff *diff, const struct call_sites *base, const struct call_sites *new,
		     struct diff_row *total)
{
	size_t capacity = (size_t)base->nr + new->nr + 1;
	struct entry *entries = xreallocarray(NULL, capacity, sizeof(*entries));
	uint32_t nr = 0, start;

	diff_init(diff, base, new, DIFF_BY_SITE, DIFF_SORT_CALLS);
	add_entries(entries, &nr, base, DIFF_BY_SITE, false);
	add_entries(entries, &nr, new, DIFF_BY_SITE, true);
	*total = (struct diff_row){ 0 };
	start = fill_side(&total->base, base, entries, 0, nr, false);
	fill_side(&total->new, new, entries, start, nr, true);
	total->kind = kind_of(&total->base, &total->new);
	free(entries);
}

void diff_fini(struct diff *diff)
{
	for (uint32_t i = 0; i < diff->nr; i++)
		free(diff->rows[i].name);
	free(diff->rows);
	*diff = (struct diff){ 0 };
}

/*
 * Returns true if the difference can occur without a change of the program: the ranges of the runs
 * overlap, or the calls depend on scheduling.
 */
static bool varies_by_itself(const struct diff *diff, const struct diff_row *row)
{
	bool has_both = row->kind != DIFF_NEW && row->kind != DIFF_GONE;

	if (diff_row_varies(row))
		return row->new.calls_min <= row->base.calls_max &&
		       row->base.calls_min <= row->new.calls_max;
	return has_both && is_scheduling(diff, row);
}

/*
 * Two runs show a difference of times only if it is at least half of the smaller time and over a
 * millisecond.
 */
static bool time_differs(const struct diff_row *row, const struct diff_options *options)
{
	uint64_t base = row->base.totals.time_ns, new = row->new.totals.time_ns;
	uint64_t least = base < new ? base : new, greatest = base < new ? new : base;

	if (!options->is_significant)
		return base != new;
	return greatest - least > 1000000 && greatest - least > least / 2;
}

bool diff_row_differs(const struct diff *diff, const struct diff_row *row,
		      const struct diff_options *options)
{
	if (options->has_time && time_differs(row, options))
		return true;
	if (row->kind == DIFF_SAME)
		return false;
	return !options->is_significant || !varies_by_itself(diff, row);
}
