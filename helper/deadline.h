/* SPDX-License-Identifier: MIT */
/*
 * Deadlines of calls that are made again. A signal that the program ignores ends a call with a timeout early; its second
 * part must end when the first would have. The kernel counts the whole timeout from the second part's start, so
 * the helper interrupts the thread at the deadline.
 */
#ifndef SCPROF_HELPER_DEADLINE_H
#define SCPROF_HELPER_DEADLINE_H

#include <stdint.h>
#include <sys/types.h>

/* Sees to it that thread @tid gets a PTRACE_INTERRUPT at @due_ns of tracer_now_ns. One deadline a thread. */
void deadline_set(pid_t tid, uint64_t due_ns);
void deadline_drop(pid_t tid);

#endif
