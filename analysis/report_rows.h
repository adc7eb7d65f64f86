/* SPDX-License-Identifier: MIT */
/*
 * The table of a report: the samples that a filter selects, grouped by one of eleven keys. Each
 * sample is in exactly one row, so the sum of the rows is the total. With several runs there can be
 * rows without calls, for calls that only other runs made. `function`, `line` and `module` are
 * those of the "your code" frame (user_code.h).
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
	NR_TREE_SORTS, /* the four above are sums, so trees can be sorted by them */
	REPORT_SORT_MEAN = NR_TREE_SORTS,
	REPORT_SORT_P50,
	REPORT_SORT_P99,
	REPORT_SORT_MAX,
	REPORT_SORT_NAME,
	NR_REPORT_SORTS
};

extern const char *const report_by_names[NR_REPORT_BYS];
extern const char *const report_sort_names[NR_REPORT_SORTS];

/* What the samples of a row have in common. A member that the view does not distinguish is 0. */
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
	uint32_t fd;	 /* descriptor plus 1; 0: none */
	uint32_t kind;	 /* enum file_kind */
	uint32_t region; /* string id of its label */
	uint32_t unused; /* 0; instead of padding, because keys are compared as bytes */
};

struct report_row {
	struct report_key key;
	struct totals totals;
	uint64_t waiting_ns; /* of totals.time_ns (analysis/waiting.h) */
	uint64_t mean_ns;
	uint64_t p50_ns; /* the mean of the bucket that contains it: at most 12.5 % off */
	uint64_t p99_ns;
	uint64_t max_ns;
	struct run_range range; /* number of calls over the runs */
	uint32_t first_sample;	/* index into report_rows.samples */
	uint32_t nr_samples;
	char *name;
};

struct report_rows {
	struct report_row *rows; /* sorted */
	uint32_t nr;
	const struct sample **samples; /* samples of the profile; those of one row are contiguous */
	struct totals total;	       /* the sum of all rows */
	enum report_by by;
	bool has_ranges; /* the profile has several runs, and @by is known for all of them */
};

/*
 * Makes @rows from the samples of @profile that @filter selects. Rows are sorted by @sort, the
 * largest first (names: alphabetically), then by time, calls and name. So the order is always the
 * same.
 */
void report_rows_init(struct report_rows *rows, const struct profile *profile,
		      const struct report_filter *filter, enum report_by by, enum report_sort sort);
void report_rows_fini(struct report_rows *rows);

/* Stores the latencies of @row in @latencies. */
void report_row_latencies(const struct report_rows *rows, const struct report_row *row,
			  struct latencies *latencies);

/*
 * Returns the name of a row without its system call; with REPORT_BY_SITE only the place. The caller
 * frees it.
 */
char *report_row_subject(const struct profile *profile, enum report_by by,
			 const struct report_key *key, enum location_form form);

/* Returns the name of a system call, with its ABI if that is not x86-64. The caller frees it. */
char *report_syscall_label(enum syscall_abi abi, uint32_t nr);

/* Returns one of the four sums, as @sort says. @sort must be less than NR_TREE_SORTS. */
uint64_t totals_value(const struct totals *totals, enum report_sort sort);

#endif
