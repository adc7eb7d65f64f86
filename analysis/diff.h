/* SPDX-License-Identifier: MIT */
/*
 * What differs between two runs: their call sites, matched by function and module, as rows of sums
 * over each. A row is there for every key that either run has; diff_row_differs says which count.
 */
#ifndef SCPROF_ANALYSIS_DIFF_H
#define SCPROF_ANALYSIS_DIFF_H

#include "analysis/diff_row.h"

/* @base and @new are made from the same names. Rows are sorted by @sort; ties by name. */
void diff_init(struct diff *diff, const struct call_sites *base, const struct call_sites *new,
	       enum diff_by by, enum diff_sort sort);
/* The same by site and calls, and @total is set to the sum of all rows. */
void diff_init_total(struct diff *diff, const struct call_sites *base, const struct call_sites *new,
		     struct diff_row *total);
void diff_fini(struct diff *diff);

struct diff_options {
	bool has_time;	     /* a difference of time alone counts */
	bool is_significant; /* what varies by itself does not count */
};

bool diff_row_differs(const struct diff *diff, const struct diff_row *row,
		      const struct diff_options *options);

/* Returns @b - @a, limited to what int64_t holds. */
int64_t diff_of(uint64_t a, uint64_t b);

#endif
