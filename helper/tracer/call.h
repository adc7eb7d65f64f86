/* SPDX-License-Identifier: MIT */
/*
 * What a system call's entry and exit mean for the profile. A call that a signal interrupted and
 * the kernel restarted is one call; one that never returned is counted as unfinished.
 */
#ifndef SCPROF_HELPER_TRACER_CALL_H
#define SCPROF_HELPER_TRACER_CALL_H

#include "helper/tracer/tracer.h"

/*
 * The thread stands before a call. The time starts when call_resume is called. Returns false when
 * something else has happened to the thread, which is in the queue: it must not be resumed.
 */
bool call_enter(struct tracer *tracer, struct tracee *tracee);
/* The thread has already stopped before its call, and now stops once more because of the filter. */
void call_see_filter(const struct tracee *tracee);
/* The CLONE_* flags of the call that the thread makes, 0 when it is none of those. */
uint64_t call_clone_flags(const struct tracee *tracee);
/* The thread is about to be let into the kernel. */
void call_resume(struct tracee *tracee);
/* An event has told how the call ends, with @result: it need not stop again at its exit. */
void call_end_early(struct tracer *tracer, struct tracee *tracee, int64_t result, uint64_t now_ns);
/*
 * Returns the time that a call took at least. @span_ns is the time from the thread's resumption
 * until the helper saw the end of the call. @stop_cost_ns is the usual cost of two stops. @delay_ns
 * is the longest delay that the helper may have caused, including the stops. *@uncertain_ns is how
 * much longer the call may have taken. It is 0 if that is less than an eighth of the time, which is
 * the width of a histogram bucket.
 */
uint64_t call_time(uint64_t span_ns, uint64_t stop_cost_ns, uint64_t delay_ns,
		   uint64_t *uncertain_ns);
/* The thread has come back at @now_ns. */
void call_exit(struct tracer *tracer, struct tracee *tracee, uint64_t now_ns);
/* The kernel is about to make @call: what that means for files that the helper reads. */
void call_see_start(const struct tracer *tracer, const struct call *call);
/* tracee->call has returned @result: what else it means. */
void call_see_effects(struct tracer *tracer, struct tracee *tracee, int64_t result, bool is_error);
/*
 * The thread is at its last stop: counts the call that it ends with, if there is one, and abandons
 * others.
 */
void call_see_exit(struct tracer *tracer, struct tracee *tracee);

/* The thread is gone: what it was in never ends. */
void call_abandon(struct tracer *tracer, struct tracee *tracee);

/* Calls of one kind and result. */
struct call_counts {
	uint16_t error;	 /* errno, 0 on success */
	uint16_t bucket; /* histogram bucket */
	uint64_t calls;
	uint64_t time_ns;
	uint64_t bytes;
};

/* Adds @counts calls like @call, made by @tracee, to the profile. */
void call_count(struct tracer *tracer, const struct tracee *tracee, const struct call *call,
		const struct call_counts *counts);

/* Adds one call like @call, which returned @result after @time_ns. */
void call_count_one(struct tracer *tracer, struct tracee *tracee, const struct call *call,
		    int64_t result, uint64_t time_ns);

/* tracee->call, made and timed by the gate, has returned @result, or was interrupted. */
void call_finish(struct tracer *tracer, struct tracee *tracee, int64_t result);

#endif
