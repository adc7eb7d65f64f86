/* SPDX-License-Identifier: MIT */
/*
 * Moved calls: calls whose result the helper must see, under Syscall User Dispatch. If the helper
 * switched dispatch off for such a call, the thread would stop at the call's entry as well as its
 * exit. So the helper keeps dispatch on. It moves the thread to a `syscall` instruction in the
 * gate, which a second `syscall` instruction follows:
 *
 *	the program's site        gate_moved              the helper
 *	syscall ---- SIGSYS ----------------------------> sees the call, moves the thread
 *	                          syscall: it is made <--
 *	                          syscall -- SIGSYS ----> finds the result in rax,
 *	next instruction <------------------------------- moves the thread back
 *
 * If the thread stops in between for another reason, the helper moves it back as well. If the
 * kernel has not made the call by then, the helper gives it the result -ERESTARTNOINTR, as if a
 * signal had interrupted the call. Then the kernel repeats the call at the program's site.
 *
 * If the call creates a child, the child begins in the gate too. The helper moves the child to the
 * program's site at the child's first stop.
 */
#ifndef SCPROF_HELPER_TRACER_MOVED_CALL_H
#define SCPROF_HELPER_TRACER_MOVED_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/space/tracee.h"

/*
 * The thread has stopped because tracee->call raised SIGSYS. The call is active or ends the thread.
 * Moves the thread to the gate and returns true. Returns false if the thread must make this call at
 * the program's site.
 */
bool moved_call_begin(struct tracee *tracee);
/*
 * The thread has stopped for @signal. Returns true if its moved call has returned and the next
 * instruction has raised SIGSYS.
 */
bool moved_call_is_over(const struct tracee *tracee, int signal);
/*
 * The thread has stopped during or after its moved call. Moves the thread back. Returns the result
 * of the call: -ERESTARTNOINTR if the kernel has not made it.
 */
int64_t moved_call_end(struct tracee *tracee);
/*
 * The moved call has created a child, and the thread need not stop at the end of the call. Moves
 * the thread back.
 */
void moved_call_end_early(struct tracee *tracee);
/* @parent has created @child. Stores in @child where its moved call must return to. */
void moved_call_see_birth(struct tracee *child, const struct tracee *parent);
/*
 * The new thread has stopped for the first time. If it begins in the gate, moves it to the
 * program's site.
 */
void moved_call_see_child(struct tracee *child);

#endif
