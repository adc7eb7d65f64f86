/* SPDX-License-Identifier: MIT */
/*
 * The table of a report: samples that a filter lets through, grouped by one of eleven keys. Every
 * sample counts in exactly one row, so rows always sum to the total. Of several runs there are rows
 * without calls too: what only other runs did. What `function`, `line` and
 * `module` attribute a call to is the frame of "your code" (user_code.h).
 */
#ifndef SCPROF_ANALYSIS_REPORT_ROWS_H
#define SCPROF_ANALYSIS_REPORT_ROWS_H

#include "analysis/latency.h"
#include "analysis/location.h"
#include "analysis/report_filter.h"
#include "profile/model/profile.h"
#include "profile/model/runs.h"

enum report_by {
	REPORT_BY_SYSCALL,
	REPORT_BY_SITE,
	REPORT_BY_FUNCTION,
	REPORT_BY_LINE,
	REPORT_BY_MODULE,
	REPORT_BY_PROCESS,
	REPORT_BY_THREAD,
	REPORT_BY_ERRNO,
	REPORT_BY_FD,
	REPORT_BY_PATH,
	REPORT_BY_REGION,
	NR_REPORT_BYS
};

enum report_sort {
	REPORT_SORT_CALLS,
	REPORT_SORT_ERRORS,
	REPORT_SORT_TIME,
	REPORT_SORT_BYTES,
	NR_TREE_SORTS, /* the four above are sums, so a tree can be sorted by them too */
	REPORT_SORT_MEAN = NR_TREE_SORTS,
	REPORT_SORT_P50,
	REPORT_SORT_P99,
	REPORT_SORT_MAX,
	REPORT_SORT_NAME,
	NR_REPORT_SORTS
};

extern const char *const report_by_names[NR_REPORT_BYS];
extern const char *const report_sort_names[NR_REPORT_SORTS];

/* What a row stands for; what the view does not tell apart is 0. */
struct report_key {
	struct location location;
	uint32_t nr;
	uint32_t abi; /* enum syscall_abi */
	uint32_t error;
	uint32_t process; /* string id */
	uint32_t thread;  /* string id */
	uint32_t pid;
	uint32_t tid;
	uint32_t path;	 /* string id */
	uint32_t fd;	 /* plus 1 */
	uint32_t kind;	 /* enum file_kind */
	uint32_t region; /* string id of its label */
};

struct report_row {
	struct report_key key;
	struct totals totals;
	uint64_t mean_ns;
	uint64_t p50_ns; /* of the bucket in which it lies, the mean: at most 12.5 % off */
	uint64_t p99_ns;
	uint64_t max_ns;
	struct run_range range; /* of the calls of each run */
	uint32_t first_sample;	/* index into the samples of the rows */
	uint32_t nr_samples;
	char *name;
};

struct report_rows {
	struct report_row *rows; /* sorted */
	uint32_t nr;
	const struct sample **samples; /* of the profile, those of one row beside each other */
	struct totals total;	       /* the sum of all rows */
	enum report_by by;
	bool has_ranges; /* the profile is of several runs, and what @by groups is in all of them */
};

/*
 * Makes @rows from the samples of @profile that @filter selects. Rows are sorted by @sort, the
 * greatest first (names: the least), then by time, calls and name, so the order is always the same.
 */
void report_rows_init(struct report_rows *rows, const struct profile *profile,
		      const struct report_filter *filter, enum report_by by, enum report_sort sort);
void report_rows_fini(struct report_rows *rows);

/* Gives in @latencies those of one row. */
void report_row_latencies(const struct report_rows *rows, const struct report_row *row,
			  struct latencies *latencies);

/* The name of a row without its system call, for the caller to free; site view: the place alone. */
char *report_row_subject(const struct profile *profile, enum report_by by,
			 const struct report_key *key, enum location_form form);

/* The name of a system call, with its ABI when that is not x86-64; for the caller to free. */
char *report_syscall_label(enum syscall_abi abi, uint32_t nr);

/* Returns that of the four sums which @sort, below NR_TREE_SORTS, names. */
uint64_t totals_value(const struct totals *totals, enum report_sort sort);

#endif
