/* SPDX-License-Identifier: MIT */
/*
 * Deadlines of restarted calls. A signal that the program ignores can end a call with a timeout
 * early, and then the helper restarts it. The kernel counts the whole timeout from the restart. So
 * the helper interrupts the thread at the time when the first call would have ended.
 */
#ifndef SCPROF_HELPER_TRACE_DEADLINE_H
#define SCPROF_HELPER_TRACE_DEADLINE_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Sends a PTRACE_INTERRUPT to thread @tid at @due_ns, a time of clock_now_ns. Replaces the
 * thread's earlier deadline.
 */
void deadline_set(pid_t tid, uint64_t due_ns);
/* Cancels the deadline of thread @tid, if it has one. */
void deadline_drop(pid_t tid);

#endif
