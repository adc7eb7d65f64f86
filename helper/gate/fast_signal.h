/* SPDX-License-Identifier: MIT */
/*
 * Signals and other events that interrupt a thread in a stub or in the gate.
 */
#ifndef SCPROF_HELPER_GATE_FAST_SIGNAL_H
#define SCPROF_HELPER_GATE_FAST_SIGNAL_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/*
 * A signal is about to be delivered. If the thread is in the gate or in a stub, moves it back to
 * the program's code. Returns the signal to deliver, 0 if the gate itself caused it, or -1 if the
 * thread is no longer at this stop.
 */
int fast_before_signal(struct run *run, struct tracee *tracee, int signal);
/*
 * The helper is about to deliver @signal to the thread, which is outside of the gate. If a filter
 * has trapped a call at a patched site (SECCOMP_RET_TRAP), writes the unpatched address of the site
 * into the signal's data and the registers.
 */
void fast_show_trap(struct tracee *tracee, int signal);
/*
 * The thread has stopped for a group-stop, SIGCONT or a deadline. If a call in the gate has failed
 * with EINTR for this reason, takes the thread out of the gate, as for a signal, and returns true.
 * The thread then makes the call again, but not after a group-stop. Returns false otherwise.
 */
bool fast_wake_in_gate(struct run *run, struct tracee *tracee, bool is_group_stop);
/*
 * The gate's call has failed with EINTR without a stop, and the gate has asked by another call,
 * which ends now, whether the program must see that. If not, takes the thread out of the gate and
 * makes it repeat the call.
 */
void fast_repeat_woken(struct run *run, struct tracee *tracee);

#endif
