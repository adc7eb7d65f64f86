/* SPDX-License-Identifier: MIT */
/*
 * Interception by Syscall User Dispatch. A call from outside of the gate raises SIGSYS, and the
 * kernel does not make the call. The thread stops for the signal, which the helper does not
 * deliver. Then the helper sends the thread through the gate, where the kernel makes the call. If
 * the helper must see the result, it moves the thread to another place in the gate (moved_call.h),
 * or switches dispatch off and lets the thread repeat the call, which then stops at its entry and
 * exit.
 *
 * Dispatch is off while the thread makes a traced call. When a signal is delivered, dispatch is off
 * until the next call, which a handler may make. That call stops at its entry, as without dispatch.
 *
 * The kernel forces this SIGSYS: if the thread blocks the signal, the kernel unblocks it in the
 * thread and sets its action to the default. The program must not notice that. So the helper always
 * knows whether a thread blocks SIGSYS:
 *
 *   - When the helper switches dispatch on, it reads the mask.
 *   - While dispatch is on, only calls of rt_sigprocmask in the gate change the mask, and the gate
 *     notes that in thread_area.blocks_sigsys. The other calls that change the mask are not made in
 *     the gate, or restore the mask before they return. A signal that is delivered switches
 *     dispatch off.
 *
 * The helper also knows the process's action for SIGSYS, because an rt_sigaction call that sets it
 * stops. If the process has set an action, dispatch stays off for each thread that blocks SIGSYS,
 * and all calls of this thread stop. One case is left: a thread blocks SIGSYS and has dispatch on
 * when another thread sets the action. Its next call makes the kernel reset the action, and then
 * the helper restores it.
 */
#ifndef SCPROF_HELPER_TRACER_DISPATCH_H
#define SCPROF_HELPER_TRACER_DISPATCH_H

#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#include "helper/space/tracee.h"

/*
 * @tracee has stopped for @signal. Returns true if a call has raised the signal. Then stores the
 * architecture of the call in tracee->call_arch.
 */
bool dispatch_is_call(struct tracee *tracee, int signal);
/*
 * @tracee has stopped for @signal, for which dispatch_is_call is false. If the thread blocks SIGSYS
 * and one is pending, a call makes the kernel unblock it. The thread then stops for the pending
 * one, because the kernel does not queue another for the call. In this case the function makes the
 * signal pending again, lets the thread repeat the call, and returns true. Otherwise it returns
 * false.
 */
bool dispatch_repeat(struct tracee *tracee, int signal);
/*
 * The thread has stopped at the entry of a call. If dispatch_repeat let it repeat this call,
 * restores the action of SIGSYS. Returns false if the thread is gone.
 */
bool dispatch_see_entry(struct tracee *tracee);
/*
 * The thread has stopped, and dispatch_is_call is true. Fills in @registers, and fills in @info as
 * the kernel does for a stop at the entry of the call. Restores the mask and the action of SIGSYS.
 * Returns false if the thread is gone.
 */
bool dispatch_see_call(struct tracee *tracee, struct __ptrace_syscall_info *info,
		       struct user_regs_struct *registers);
/*
 * The thread has stopped at the end of a moved call (moved_call.h), because a second SIGSYS was
 * raised there. Restores the mask and the action of SIGSYS. Returns false if the thread is gone.
 */
bool dispatch_see_moved_end(struct tracee *tracee);
/*
 * The thread has stopped because a call raised SIGSYS. Lets it execute the syscall instruction
 * again, without dispatch, and stop at the entry of the call. Returns false if it is gone or has
 * not stopped in time.
 */
bool dispatch_enter(struct tracee *tracee);
/*
 * The helper is about to resume @tracee. Switches dispatch on or off. Returns true if it is on:
 * then the next call raises SIGSYS, and needs no other stop. @has_signal says that a signal is
 * delivered.
 */
bool dispatch_resume(struct tracee *tracee, bool has_signal);

/* @root is the first thread of the program. */
void dispatch_see_root(struct tracee *root);
/* The thread is about to make tracee->call. Notes the action if the call sets that of SIGSYS. */
void dispatch_see_action(struct tracee *tracee);
/* The thread has executed a new program. */
void dispatch_see_exec(struct tracee *tracee);
/* @parent has made @child, with @flags as of clone(2). */
void dispatch_see_birth(struct tracee *child, struct tracee *parent, uint64_t flags);

#endif
