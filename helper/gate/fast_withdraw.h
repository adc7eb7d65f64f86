/* SPDX-License-Identifier: MIT */
/*
 * A program is about to change memory that scprof uses.
 */
#ifndef SCPROF_HELPER_GATE_FAST_WITHDRAW_H
#define SCPROF_HELPER_GATE_FAST_WITHDRAW_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/*
 * The thread is about to make a call. If the call changes memory that scprof uses, or makes patched
 * code writable, restores the patched code first. Returns false if the thread is no longer at its
 * call.
 */
bool fast_before_mapping(struct run *run, struct tracee *tracee);

#endif
