/* SPDX-License-Identifier: MIT */
/*
 * The calls of a profile that waited (waiting.h), added up by system call.
 */
#ifndef SCPROF_ANALYSIS_WAITING_SUM_H
#define SCPROF_ANALYSIS_WAITING_SUM_H

#include "analysis/report_filter.h"

/* The waiting calls with one number. */
struct waiting_call {
	uint32_t abi; /* enum syscall_abi */
	uint32_t nr;
	struct totals totals;
};

struct waiting_sum {
	struct totals totals;
	struct waiting_call *calls; /* the longest time first */
	uint32_t nr;
};

/* Adds up the waiting calls that @filter selects; NULL: all. */
void waiting_sum_init(struct waiting_sum *sum, const struct profile *profile,
		      const struct report_filter *filter);
void waiting_sum_fini(struct waiting_sum *sum);

#endif
