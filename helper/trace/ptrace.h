/* SPDX-License-Identifier: MIT */
/*
 * ptrace(2) for a thread that may end at any moment.
 */
#ifndef SCPROF_HELPER_TRACE_PTRACE_H
#define SCPROF_HELPER_TRACE_PTRACE_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Makes the ptrace @request for thread @tid. Returns 0 or -errno. -ESRCH is an ordinary outcome:
 * the thread was killed, and its next wait status says so.
 */
int ptrace_try(int request, pid_t tid, uintptr_t addr, uintptr_t data);

#endif
