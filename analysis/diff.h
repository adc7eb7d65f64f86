/* SPDX-License-Identifier: MIT */
/*
 * The difference between two runs. Their call sites are matched by function and module. Each row
 * has the sums of both runs for one key; a row exists for every key of either run.
 * diff_row_differs() says which rows are shown.
 */
#ifndef SCPROF_ANALYSIS_DIFF_H
#define SCPROF_ANALYSIS_DIFF_H

#include "analysis/diff_row.h"

/*
 * Compares @base with @new, which must use the same names. Rows are sorted by @sort, equal ones by
 * name.
 */
void diff_init(struct diff *diff, const struct call_sites *base, const struct call_sites *new,
	       enum diff_by by, enum diff_sort sort);
/* The same with DIFF_BY_SITE and DIFF_SORT_CALLS. Also stores the sum of all rows in @total. */
void diff_init_total(struct diff *diff, const struct call_sites *base, const struct call_sites *new,
		     struct diff_row *total);
void diff_fini(struct diff *diff);

struct diff_options {
	bool has_time;	     /* rows that differ only in time count too */
	bool is_significant; /* rows that can vary without a change of the program do not count */
};

bool diff_row_differs(const struct diff *diff, const struct diff_row *row,
		      const struct diff_options *options);

/* Returns @b - @a, limited to what int64_t holds. */
int64_t diff_of(uint64_t a, uint64_t b);

#endif
