/* SPDX-License-Identifier: MIT */
/*
 * The rows of a difference between two runs, as analysis/diff.h makes them.
 */
#ifndef SCPROF_ANALYSIS_DIFF_ROW_H
#define SCPROF_ANALYSIS_DIFF_ROW_H

#include "analysis/call_sites.h"

enum diff_by { DIFF_BY_SITE, DIFF_BY_SYSCALL, DIFF_BY_FUNCTION, NR_DIFF_BYS };

enum diff_sort {
	DIFF_SORT_COST, /* calls that came or went, each weighed by what such a call takes */
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

/* One run's part of a row. Calls are those of its samples; min and max are over its runs. */
struct diff_side {
	struct totals totals;
	uint64_t calls_min;
	uint64_t calls_max;
	const struct call_site *site; /* the one with the most calls; NULL: none */
};

struct diff_row {
	uint32_t place;	  /* 0 by system call */
	uint32_t syscall; /* 0 by function */
	struct diff_side base;
	struct diff_side new;
	enum diff_kind kind;
	double cost_ns;
	/*
	 * Of a row that came or grew, index + 1 of the row from which its calls seem to have moved
	 * (a function renamed, inlined, or left by a tail call), and the other way round; else 0.
	 */
	uint32_t counterpart;
	char *name; /* `openat load_config`, without file and line */
};

struct diff {
	const struct call_sites *base; /* borrowed, as is what rows point to */
	const struct call_sites *new;
	struct diff_row *rows;
	uint32_t nr;
	enum diff_by by;
	struct totals base_total;
	struct totals new_total;
};

/* Returns true if calls of either run vary from run to run. */
bool diff_row_varies(const struct diff_row *row);

#endif
