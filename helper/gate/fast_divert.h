/* SPDX-License-Identifier: MIT */
/*
 * Sends a thread that has stopped before a call through the gate.
 */
#ifndef SCPROF_HELPER_GATE_FAST_DIVERT_H
#define SCPROF_HELPER_GATE_FAST_DIVERT_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/* Returns true if the gate would leave @call to the helper, whatever its stack is. */
bool fast_is_for_helper(struct tracee *tracee, const struct call *call);
/* Sends the thread through the gate, which makes its call. Returns false if that is impossible. */
bool fast_divert(struct run *run, struct tracee *tracee);

#endif
