/* SPDX-License-Identifier: MIT */
/*
 * Adds calls to the profile and to the log.
 */
#ifndef SCPROF_HELPER_COUNT_COUNT_H
#define SCPROF_HELPER_COUNT_COUNT_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/* Calls of one kind and result. */
struct call_counts {
	uint16_t error;	 /* errno, 0 on success */
	uint16_t bucket; /* histogram bucket */
	uint64_t calls;
	uint64_t time_ns;
	uint64_t bytes;
};

/* Adds @counts calls like @call, made by @tracee, to the profile. */
void count_calls(struct run *run, const struct tracee *tracee, const struct call *call,
		 const struct call_counts *counts);

/* Adds one call like @call, which returned @result after @time_ns. */
void count_call(struct run *run, struct tracee *tracee, const struct call *call, int64_t result,
		uint64_t time_ns);

/* @call does not return. Counts it if the user asked for such calls. */
void count_unfinished(struct run *run, struct tracee *tracee, const struct call *call);

#endif
