/* SPDX-License-Identifier: MIT */
/*
 * Calls that limit the memory of a process.
 */
#ifndef SCPROF_HELPER_GATE_LIMIT_CALL_H
#define SCPROF_HELPER_GATE_LIMIT_CALL_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/*
 * The thread is about to make a call. If the call limits the memory of its process, unmaps large
 * areas first; small ones take their place later. Returns false if the thread is no longer at its
 * call.
 */
bool limit_call_before(struct run *run, struct tracee *tracee);

#endif
