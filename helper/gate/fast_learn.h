/* SPDX-License-Identifier: MIT */
/*
 * Puts the gate into processes, patches call sites, and adds the memos of known stacks to thread
 * areas.
 */
#ifndef SCPROF_HELPER_GATE_FAST_LEARN_H
#define SCPROF_HELPER_GATE_FAST_LEARN_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"
#include "helper/unwind/memo.h"

/*
 * The thread is about to make a call. Makes the gate, or patches sites. Returns false if the thread
 * is no longer at that stop.
 */
bool fast_learn(struct run *run, struct tracee *tracee);
/*
 * The call has the stack that @memo describes. Adds the memo to the thread's area. Returns the same
 * as fast_learn.
 */
bool fast_teach(struct run *run, struct tracee *tracee, const struct memo *memo);
#endif
