/* SPDX-License-Identifier: MIT */
/*
 * Calls that a signal interrupted, and whose end is not known yet: tracee->interrupted, the innermost last.
 */
#ifndef SCPROF_HELPER_INTERRUPTED_H
#define SCPROF_HELPER_INTERRUPTED_H

#include "helper/tracer.h"

/* Returns true if @result says that the kernel will restart the call, unless a handler forbids it. */
bool interrupted_is(int64_t result);
/* tracee->call was interrupted: its end comes later. */
void interrupted_keep(struct tracer *tracer, struct tracee *tracee);
/*
 * tracee->call begins. Returns true if it is the rest of an interrupted call, whose data it then has.
 */
bool interrupted_continue(struct tracer *tracer, struct tracee *tracee);
/* @signal is about to be delivered. */
void interrupted_see_signal(struct tracee *tracee, int signal);
/* A handler has returned. */
void interrupted_see_sigreturn(struct tracer *tracer, struct tracee *tracee);

#endif
