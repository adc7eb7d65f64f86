/* SPDX-License-Identifier: MIT */
/*
 * Handles the entry and the exit of system calls, and counts them in the profile. A call that a
 * signal interrupted and the kernel restarted is one call. A call that never returned is counted as
 * unfinished.
 */
#ifndef SCPROF_HELPER_TRACER_CALL_H
#define SCPROF_HELPER_TRACER_CALL_H

#include <sys/ptrace.h>
#include <sys/user.h>

#include "helper/tracer/tracer.h"

/* What a thread does next that has stopped before a call. */
enum call_outcome {
	CALL_RUN,	  /* it makes the call, and need not stop after it */
	CALL_RUN_TO_EXIT, /* it makes the call, and stops after it: tracee->call is active */
	CALL_IN_GATE,	  /* the gate makes the call and counts it */
	CALL_GONE,	  /* it had another stop, which is in the queue: do not resume it */
};

/* The thread has stopped before a call. The time of the call starts with call_time_begin. */
enum call_outcome call_enter(struct tracer *tracer, struct tracee *tracee);
/*
 * The thread is at the entry of tracee->call, which must fail with the errno call.refusal. Replaces
 * the call by a harmless one. call_exit then sets the result.
 */
void call_begin_refused(const struct tracee *tracee);
/* The thread has already stopped before its call, and now stops once more because of the filter. */
void call_see_filter(const struct tracee *tracee);
/*
 * Does the work of call_enter for a thread that has not entered the kernel. @info describes its
 * call, and @registers are the thread's registers.
 */
enum call_outcome call_enter_before(struct tracer *tracer, struct tracee *tracee,
				    const struct __ptrace_syscall_info *info,
				    struct user_regs_struct *registers);
/* A ptrace event has shown that the call ends with @result. It need not stop again at its exit. */
void call_end_early(struct tracer *tracer, struct tracee *tracee, int64_t result, uint64_t now_ns);
/* The thread has stopped at the exit of its call, at @now_ns. */
void call_exit(struct tracer *tracer, struct tracee *tracee, uint64_t now_ns);
/*
 * The thread has stopped after tracee->call, which returned @result. The helper saw that at
 * @now_ns.
 */
void call_end(struct tracer *tracer, struct tracee *tracee, int64_t result, uint64_t now_ns);
/*
 * The thread is at its last stop. Counts the call with which it ends, if there is one, and abandons
 * its other calls.
 */
void call_see_exit(struct tracer *tracer, struct tracee *tracee);

#endif
