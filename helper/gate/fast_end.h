/* SPDX-License-Identifier: MIT */
/*
 * The end of a thread with an area.
 */
#ifndef SCPROF_HELPER_GATE_FAST_END_H
#define SCPROF_HELPER_GATE_FAST_END_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/* The thread has ended or executed a program: collects its counts and takes its area back. */
void fast_thread_end(struct run *run, struct tracee *tracee);
/*
 * The thread is in phase AREA_AFTER, after a call with @result. Counts the call if it is not
 * counted yet.
 */
void fast_finish_call(struct run *run, struct tracee *tracee, int64_t result);
/*
 * Returns true if fast_thread_end has to read memory of the thread's process: a call may be under
 * way, or stacks may contain code that is in no file.
 */
bool fast_needs_memory(const struct tracee *tracee);

#endif
