/* SPDX-License-Identifier: MIT */
/*
 * The rows of a difference between two runs. analysis/diff.h makes them.
 */
#ifndef SCPROF_ANALYSIS_DIFF_ROW_H
#define SCPROF_ANALYSIS_DIFF_ROW_H

#include "analysis/call_sites.h"

enum diff_by { DIFF_BY_SITE, DIFF_BY_SYSCALL, DIFF_BY_FUNCTION, NR_DIFF_BYS };

enum diff_sort {
	DIFF_SORT_COST, /* calls gained or lost, weighted with the time of such a call */
	DIFF_SORT_CALLS,
	DIFF_SORT_ERRORS,
	DIFF_SORT_BYTES,
	DIFF_SORT_TIME,
	DIFF_SORT_NAME,
	NR_DIFF_SORTS
};

enum diff_kind {
	DIFF_SAME,
	DIFF_NEW,
	DIFF_GONE,
	DIFF_GREW,
	DIFF_SHRANK,
	DIFF_CHANGED,
	NR_DIFF_KINDS
};

extern const char *const diff_by_names[NR_DIFF_BYS];
extern const char *const diff_sort_names[NR_DIFF_SORTS];
extern const char *const diff_kind_names[NR_DIFF_KINDS];

/*
 * One run's part of a row. totals.calls is the sum over the samples. calls_min and calls_max are
 * the smallest and largest number over the runs of a profile.
 */
struct diff_side {
	struct totals totals;
	uint64_t calls_min;
	uint64_t calls_max;
	const struct call_site *site; /* the site with the most calls; NULL: none */
};

struct diff_row {
	uint32_t place;	  /* 0 with DIFF_BY_SYSCALL */
	uint32_t syscall; /* 0 with DIFF_BY_FUNCTION */
	struct diff_side base;
	struct diff_side new;
	enum diff_kind kind;
	double cost_ns;
	/*
	 * For a row that is new or grew: the index plus 1 of the row from which its calls seem to
	 * have moved, because a function was renamed, was inlined, or ends with a tail call. That
	 * row has the index plus 1 of this one. Otherwise 0.
	 */
	uint32_t counterpart;
	char *name; /* `openat load_config`, without file and line */
};

struct diff {
	const struct call_sites *base; /* the caller owns both runs; rows point into them */
	const struct call_sites *new;
	struct diff_row *rows;
	uint32_t nr;
	enum diff_by by;
	struct totals base_total;
	struct totals new_total;
};

/* Returns true if the calls of either profile vary from run to run. */
bool diff_row_varies(const struct diff_row *row);

#endif
