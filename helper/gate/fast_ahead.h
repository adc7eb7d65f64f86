/* SPDX-License-Identifier: MIT */
/*
 * Patches call sites before a thread makes a call there.
 */
#ifndef SCPROF_HELPER_GATE_FAST_AHEAD_H
#define SCPROF_HELPER_GATE_FAST_AHEAD_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/*
 * The thread is about to make a call. If this is the first call from a file, patches the known
 * sites of the file. Returns false if the thread is no longer at its call.
 */
bool fast_ahead_see_call(const struct run *run, struct tracee *tracee);
/*
 * The program is about to create its first thread. If it handles SIGTRAP, no site can be patched
 * after that. So this function patches all sites of the files that have made calls. Returns false
 * if the thread is no longer at its call.
 */
bool fast_ahead_before_threads(const struct run *run, struct tracee *tracee);
/*
 * To be called after a change of executable regions, with the thread that has made it. Patches the
 * known sites in the new regions.
 */
void fast_after_change(struct run *run, struct tracee *tracee);
void fast_ahead_after_change(struct run *run, struct tracee *tracee);

#endif
