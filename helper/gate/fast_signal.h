/* SPDX-License-Identifier: MIT */
/*
 * Signals and other events that find a thread in stub or gate.
 */
#ifndef SCPROF_HELPER_GATE_FAST_SIGNAL_H
#define SCPROF_HELPER_GATE_FAST_SIGNAL_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/*
 * A signal is about to be delivered. If the thread is in gate or stub, puts it back to the
 * program's own code. Returns the signal to deliver, 0 when it was the gate's own fault, or -1
 * when the thread is not at this stop any more.
 */
int fast_before_signal(struct run *run, struct tracee *tracee, int signal);
/*
 * The thread has stopped for a group-stop, SIGCONT or a deadline. If a call in the gate has failed
 * with EINTR for this reason, takes the thread out of the gate, as for a signal, and returns true.
 * The thread then makes the call again, but not after a group-stop. Returns false otherwise.
 */
bool fast_wake_in_gate(struct run *run, struct tracee *tracee, bool is_group_stop);
/*
 * The gate has asked, by a call that ends now, whether the program shall see that its call has
 * failed with EINTR without a stop. If not, takes the thread out of the gate and makes it repeat
 * the call.
 */
void fast_repeat_woken(struct run *run, struct tracee *tracee);

#endif
