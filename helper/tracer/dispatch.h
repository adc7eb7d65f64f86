/* SPDX-License-Identifier: MIT */
/*
 * Interception by Syscall User Dispatch. A call from outside of the gate raises SIGSYS. The helper
 * sees the signal first, and takes it away: the thread has not entered the kernel yet. The helper
 * can send it through the gate, which may make calls. Or it switches dispatch off and lets the
 * thread repeat the call, which then stops at its entry and exit.
 *
 * Dispatch is off while a traced call is made, and from a signal to the next call, which may begin
 * in a handler. Such calls stop at their entry in the usual way.
 *
 * The kernel forces this SIGSYS. If the thread blocks it, the kernel unblocks it in the thread and
 * sets its action to the default. The program must not notice. So it is always known whether a
 * thread blocks SIGSYS:
 *
 *   - When the helper switches dispatch on, it reads the mask.
 *   - While dispatch is on, only rt_sigprocmask in the gate changes the mask, and the gate notes
 *     that in thread_area.blocks_sigsys. A signal that is delivered switches dispatch off, and the
 *     other calls that change the mask are not made in the gate, or restore it before they return.
 *
 * The action of a process is known because rt_sigaction stops if it sets that of SIGSYS. If a
 * process has such an action, dispatch stays off while a thread blocks SIGSYS, and each of its
 * calls stops. So the action can only be lost if another thread blocked the signal when the action
 * was set. Then the helper restores it.
 */
#ifndef SCPROF_HELPER_TRACER_DISPATCH_H
#define SCPROF_HELPER_TRACER_DISPATCH_H

#include <stdbool.h>
#include <sys/ptrace.h>

#include "helper/space/tracee.h"

/* @tracee has stopped for @signal. Returns true if a call has raised it. */
bool dispatch_is_call(const struct tracee *tracee, int signal);
/*
 * @tracee has stopped for @signal, which no call has raised. A SIGSYS that the thread blocks was
 * pending until a call made the kernel unblock it. The kernel does not queue a second one for the
 * call. Then the signal becomes pending again, the thread repeats the call, and the result is true.
 */
bool dispatch_repeat(struct tracee *tracee, int signal);
/*
 * The thread has stopped at the entry of a call, which may be the one that it repeats. Returns
 * false if the thread is gone.
 */
bool dispatch_see_entry(struct tracee *tracee);
/*
 * Describes the call as a stop at its entry would, and restores the mask and the action. Returns
 * false when the thread is gone.
 */
bool dispatch_see_call(struct tracee *tracee, struct __ptrace_syscall_info *info);
/*
 * The thread is before a call. Lets it enter the kernel, where it stops at the entry of the call.
 * Returns false when it is gone or has not stopped in time.
 */
bool dispatch_enter(struct tracee *tracee);
/*
 * @tracee is about to run. Switches dispatch on or off. Returns true if it is on; then the
 * thread need not stop at its next call. @has_signal: a signal is delivered.
 */
bool dispatch_resume(struct tracee *tracee, bool has_signal);

/* The program begins with @root. */
void dispatch_see_root(struct tracee *root);
/* The thread is about to make a call, which may set the action of SIGSYS. */
void dispatch_see_action(struct tracee *tracee);
/* The thread has executed a new program. */
void dispatch_see_exec(struct tracee *tracee);
/* @parent has made @child, with @flags as of clone(2). */
void dispatch_see_birth(struct tracee *child, struct tracee *parent, uint64_t flags);

#endif
