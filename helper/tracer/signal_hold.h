/* SPDX-License-Identifier: MIT */
/*
 * Signals that arrive faster than the helper can deliver them. A ptrace stop makes each signal
 * slower. So the next signal of a fast timer may be pending whenever the thread resumes. Then the
 * thread would never execute an instruction of the program. The helper therefore blocks such a
 * signal for a moment (a hold). The kernel keeps it pending meanwhile.
 *
 * Realtime signals are queued and must keep their order. A signal that the kernel has already taken
 * from the queue would go back to its end. So the helper blocks realtime signals just after a
 * handler returns, before the kernel takes the next one.
 */
#ifndef SCPROF_HELPER_TRACER_SIGNAL_HOLD_H
#define SCPROF_HELPER_TRACER_SIGNAL_HOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/space/tracee.h"
#include "helper/trace/stop.h"

/*
 * @tracee stops for @signal, in the program's own code. Returns true if the signal must wait, and
 * blocks it. Then the caller resumes the thread with the signal, and the kernel makes the blocked
 * signal pending again. Returns false if the caller must deliver the signal now.
 */
bool signal_hold_begin(struct tracee *tracee, int signal);
/* Notes the time and place at which the thread resumes after a signal or a handler. */
void signal_hold_note(struct tracee *tracee);
/* The same, when a handler returns. Begins a hold if many realtime signals arrive too soon. */
void signal_hold_see_return(struct tracee *tracee);
/*
 * @tracee has stopped. Ends its hold, if it has one, unless the hold can continue after this stop.
 */
void signal_hold_see_stop(struct tracee *tracee, enum stop_kind kind);
/* @parent has created @child, which inherits its signal mask. */
void signal_hold_inherit(struct tracee *child, const struct tracee *parent);
/* The thread has ended. */
void signal_hold_forget(struct tracee *tracee);

/*
 * Interrupts the threads whose hold is over at @now_ns. Returns the time at which the next hold is
 * over, or 0.
 */
uint64_t signal_hold_expire(uint64_t now_ns);

#endif
