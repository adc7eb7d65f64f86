/* SPDX-License-Identifier: MIT */
/*
 * Calls that a signal interrupted, and whose end is not known yet: tracee->interrupted, the innermost last.
 */
#ifndef SCPROF_HELPER_INTERRUPTED_H
#define SCPROF_HELPER_INTERRUPTED_H

#include "helper/tracer.h"

/* Results that only a tracer sees (kernel: include/linux/errno.h): the call will be restarted. */
enum {
	RESTART_SYS = 512,
	RESTART_NOINTR = 513,
	RESTART_NOHAND = 514,
	RESTART_BLOCK = 516,
};

/* Returns true if @result says that the kernel will restart the call, unless a handler forbids it. */
bool interrupted_is(int64_t result);
/* tracee->call was interrupted: its end comes later. */
void interrupted_keep(struct tracer *tracer, struct tracee *tracee);
/*
 * tracee->call begins. Returns true if it is the rest of an interrupted call, whose data it then has.
 */
bool interrupted_continue(struct tracer *tracer, struct tracee *tracee);
/* The program sees, or would have seen, the innermost interrupted call fail with EINTR: counts it. */
void interrupted_finish(struct tracer *tracer, struct tracee *tracee);
/* @signal is about to be delivered. */
void interrupted_see_signal(struct tracee *tracee, int signal);
/* A handler has returned. */
void interrupted_see_sigreturn(struct tracer *tracer, struct tracee *tracee);

#endif
