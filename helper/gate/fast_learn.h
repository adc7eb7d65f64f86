/* SPDX-License-Identifier: MIT */
/*
 * Puts the gate into processes, patches call sites, and teaches threads the stacks of calls.
 */
#ifndef SCPROF_HELPER_GATE_FAST_LEARN_H
#define SCPROF_HELPER_GATE_FAST_LEARN_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"
#include "helper/unwind/memo.h"

/*
 * The thread is about to make a call: makes the gate, or patches the site. Returns false when the
 * thread is no longer at that stop.
 */
bool fast_learn(struct run *run, struct tracee *tracee);
/* The call has the stack that @memo describes: teaches the thread. Returns as fast_learn does. */
bool fast_teach(struct run *run, struct tracee *tracee, const struct memo *memo);
void fast_after_change(struct run *run, struct tracee *tracee);
/*
 * The thread is stopped before a call. If it has mapped code since it began, which it may while it
 * loads its libraries, what that needs is done now; the next such call stops.
 */
void fast_see_added(struct run *run, struct tracee *tracee);

#endif
