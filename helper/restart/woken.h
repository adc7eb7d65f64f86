/* SPDX-License-Identifier: MIT */
/*
 * Calls that were woken only because of the tracer. Without a tracer, a signal that the program
 * ignores wakes no thread. With a tracer, the kernel queues that signal, and a call that cannot be
 * restarted fails with EINTR. SIGCONT wakes all threads of a traced process. The program must
 * notice neither. So the helper makes the kernel restart the call.
 *
 *	exit stop: EINTR ──► is_open ──► stop for an ignored signal or SIGCONT: restart the call
 *	                        │
 *	                        └──► any other stop (signal with an effect, group-stop): keep EINTR
 *
 * For a signal to the process, the kernel wakes one thread. If another thread takes the signal
 * first, the woken thread does not stop. Then PTRACE_INTERRUPT makes it stop, and in the gate a
 * call to the helper.
 */
#ifndef SCPROF_HELPER_RESTART_WOKEN_H
#define SCPROF_HELPER_RESTART_WOKEN_H

#include <sys/user.h>

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/*
 * Returns true if @signal has no effect on @tracee. Returns true for 0 too: the helper delivers no
 * signal then.
 */
bool woken_is_ignored(const struct tracee *tracee, int signal);
/*
 * tracee->call has returned @result at its exit stop. If the call's deadline has woken it, this
 * function writes the result of an expired timeout into the registers. Returns the result that the
 * program sees.
 */
int64_t woken_end_in_time(const struct tracee *tracee, int64_t result);
/*
 * tracee->call has returned @result at its exit stop. Returns true if only the next stop shows
 * whether the program sees this result. Then the caller must not count the call yet. Returns false
 * if the result is final.
 */
bool woken_hold(struct tracee *tracee, int64_t result);
/* @tracee has stopped for @signal, or for none if it is 0. */
void woken_note_signal(struct tracee *tracee, int signal);
/*
 * A call of @tracee has failed with EINTR, but the thread has not stopped for a signal. The call
 * had been in the kernel since @entry_ns. Returns true if another thread of the process may have
 * taken the signal that woke this one, and the process ignores such a signal.
 */
bool woken_by_taken_signal(const struct tracee *tracee, uint64_t entry_ns);
/*
 * @call has failed with EINTR. Returns true if it had no effect, so that the kernel can restart it.
 */
bool woken_may_repeat(const struct call *call);
/* Counts the call that woken_hold has held back, if there is one: the program sees its result. */
void woken_settle(struct run *run, struct tracee *tracee);

/*
 * Returns true if the thread is about to make a call on the helper's behalf: one for the rest of a
 * transfer, or one outside --trace that the kernel restarts.
 */
bool woken_is_repeating(const struct tracee *tracee);

/* The next four handle a stop between the exit of a call and the program's next instruction. */
/* The helper is about to deliver @signal, or none if it is 0. */
void woken_see_signal(struct run *run, struct tracee *tracee, int signal);
/* SIGCONT or a deadline has woken the thread, which is not in the gate. */
void woken_see_event(struct run *run, struct tracee *tracee);
/*
 * Job control stops the thread. Ends what the helper has held open. Returns true if that was a call
 * outside --trace.
 */
bool woken_end_open(struct run *run, struct tracee *tracee);
/*
 * Called after woken_end_open, if the thread is not in the gate. Interrupted calls fail with EINTR
 * after such a stop (signal(7)). @was_outside is the result of woken_end_open.
 */
void woken_see_group_stop(struct run *run, struct tracee *tracee, bool was_outside);

/*
 * The thread returns from tracee->call with @registers. If the call has done only a part
 * (helper/restart/transfer.h), sets @registers so that the thread does the rest, and returns true.
 * Returns false otherwise.
 */
bool woken_continue(struct tracee *tracee, struct user_regs_struct *registers);
/*
 * The thread returns from tracee->call with @registers and EINTR, only because of the tracer. Sets
 * @registers so that the kernel restarts the call. If the timeout of the call is over, the call
 * returns its timeout result instead.
 */
void woken_make_again(struct run *run, struct tracee *tracee, struct user_regs_struct *registers);

#endif
