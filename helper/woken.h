/* SPDX-License-Identifier: MIT */
/*
 * Calls that were woken in vain. A signal that the program ignores wakes no thread, unless it has a tracer: then
 * the kernel queues the signal for the tracer, and a call that cannot be restarted fails with EINTR. SIGCONT
 * wakes all threads of a traced process. The program must not notice either: the helper lets the kernel make the call again.
 *
 *	exit stop: EINTR ──► is_open ──► stop for an ignored signal, or SIGCONT's ──► made again
 *	                        │
 *	                        └──► a signal with an effect, a group-stop, any other stop: EINTR it was
 */
#ifndef SCPROF_HELPER_WOKEN_H
#define SCPROF_HELPER_WOKEN_H

#include <sys/user.h>

#include "helper/tracer.h"

/* Returns true if @signal has no effect on @tracee, or if it is 0, a signal that the helper does not deliver. */
bool woken_is_ignored(const struct tracee *tracee, int signal);
/*
 * tracee->call has returned @result at its exit stop. If its deadline has woken it, gives it the result that it has after
 * its timeout. Returns the result that it has now.
 */
int64_t woken_end_in_time(const struct tracee *tracee, int64_t result);
/*
 * tracee->call has returned @result at its exit stop. Returns true if only the next stop can say whether the
 * program will see that; then the call is not counted yet.
 */
bool woken_hold(struct tracee *tracee, int64_t result);
/* Returns true if @call, which has failed with EINTR, has had no effect, so that it can be made again. */
bool woken_may_repeat(const struct call *call);
/* The program has seen the result of a call that was held, if there is one: it is counted. */
void woken_settle(struct tracer *tracer, struct tracee *tracee);

/* Stops that follow a call's exit before the program runs on: @signal is about to be delivered, … */
void woken_see_signal(struct tracer *tracer, struct tracee *tracee, int signal);
/* … SIGCONT or a deadline has woken the thread, … */
void woken_see_event(struct tracer *tracer, struct tracee *tracee);
/* … or job control stops it, after which these calls fail with EINTR (signal(7)). */
void woken_see_group_stop(struct tracer *tracer, struct tracee *tracee);

/*
 * If tracee->call, from which the thread with @registers comes back, has been cut short (helper/transfer.h), sets
 * @registers so that it does the rest. Returns false otherwise.
 */
bool woken_continue(struct tracee *tracee, struct user_regs_struct *registers);
/*
 * tracee->call, from which the thread with @registers comes back with EINTR, was woken in vain: sets @registers so that
 * the kernel makes it again, or so that it returns what it does after its timeout, if that is over.
 */
void woken_make_again(struct tracer *tracer, struct tracee *tracee,
		      struct user_regs_struct *registers);

#endif
