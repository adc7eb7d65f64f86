/* SPDX-License-Identifier: MIT */
/*
 * Calls whose result the helper must see, under Syscall User Dispatch. Without dispatch, the thread
 * would stop at the entry of such a call as well. So the helper keeps dispatch on and moves the
 * thread to a `syscall` instruction in the gate, after which there is another one:
 *
 *	the program's site        gate_moved              the helper
 *	syscall ---- SIGSYS ----------------------------> sees the call, moves the thread
 *	                          syscall: it is made <--
 *	                          syscall -- SIGSYS ----> finds the result in rax,
 *	next instruction <------------------------------- moves the thread back
 *
 * If the thread stops in between for another reason, the helper moves it back as well. If the
 * kernel has not made the call by then, this looks as if a signal had interrupted the call before
 * it had an effect. Then the kernel repeats the call at the program's site.
 *
 * A child of the call begins in the gate too. The helper moves it at its first stop.
 */
#ifndef SCPROF_HELPER_TRACER_MOVED_CALL_H
#define SCPROF_HELPER_TRACER_MOVED_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/space/tracee.h"

/*
 * The thread has stopped because tracee->call raised SIGSYS. The call is active or ends the thread.
 * Moves the thread to the gate. Returns false if it must make this call at its own place.
 */
bool moved_call_begin(struct tracee *tracee);
/*
 * The thread has stopped for @signal. Returns true if its moved call has returned and the next
 * instruction has raised SIGSYS.
 */
bool moved_call_is_over(const struct tracee *tracee, int signal);
/*
 * The thread, with a moved call, has stopped. Moves it back. Returns the result of the call:
 * -ERESTARTNOINTR if the kernel has not made it.
 */
int64_t moved_call_end(struct tracee *tracee);
/* The moved call of the thread has made a child, and the thread need not stop at its end. */
void moved_call_end_early(struct tracee *tracee);
/* @parent has made @child. */
void moved_call_see_birth(struct tracee *child, const struct tracee *parent);
/* The new thread has stopped for the first time. Moves it back. */
void moved_call_see_child(struct tracee *child);

#endif
