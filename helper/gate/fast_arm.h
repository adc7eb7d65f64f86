/* SPDX-License-Identifier: MIT */
/*
 * Prepares threads for user dispatch, if dispatch is set by prctl (helper/trace/user_dispatch.h).
 */
#ifndef SCPROF_HELPER_GATE_FAST_ARM_H
#define SCPROF_HELPER_GATE_FAST_ARM_H

#include "helper/space/tracee.h"

/*
 * The thread has stopped before a call of the program, tracee->call. If there is a gate, gives the
 * thread an area and a selector. Returns false if the thread is no longer at its call.
 */
bool fast_arm(struct tracee *tracee);
/*
 * Does the same for a thread that has an area and has stopped at the entry of a call in the gate.
 */
bool fast_arm_in_gate(struct tracee *tracee);
/*
 * The thread has stopped before a call. Makes the kernel forget the thread's selector, if the
 * program's filters allow the prctl call. Returns false if the thread is no longer at its call.
 */
bool fast_disarm(struct tracee *tracee);

#endif
