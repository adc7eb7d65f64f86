/* SPDX-License-Identifier: MIT */
/*
 * Calls that a signal has interrupted and that have not ended yet. tracee->interrupted contains
 * them, with the innermost last.
 */
#ifndef SCPROF_HELPER_RESTART_INTERRUPTED_H
#define SCPROF_HELPER_RESTART_INTERRUPTED_H

#include <sys/user.h>

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/* Adds tracee->call, which a signal interrupted, to tracee->interrupted. */
void interrupted_keep(struct run *run, struct tracee *tracee);
/*
 * tracee->call begins. If it continues an interrupted call, moves the data of that call to
 * tracee->call and returns true. Returns false if it is a new call.
 */
bool interrupted_continue(struct run *run, struct tracee *tracee);
/* Counts the innermost interrupted call with the result EINTR, and removes it. */
void interrupted_finish(struct run *run, struct tracee *tracee);
/*
 * Returns true if the thread with @registers is about to repeat @call, by the instruction that made
 * it.
 */
bool interrupted_is_at(const struct tracee *tracee, const struct call *call,
		       const struct user_regs_struct *registers);
/*
 * tracee->call, which the gate has made and timed, has returned @result. Counts it, or adds it to
 * tracee->interrupted if a signal interrupted it.
 */
void interrupted_see_gate_call(struct run *run, struct tracee *tracee, int64_t result);
/* The helper is about to deliver @signal. */
void interrupted_see_signal(struct tracee *tracee, int signal);
/* A handler has returned. */
void interrupted_see_sigreturn(struct run *run, struct tracee *tracee);

#endif
