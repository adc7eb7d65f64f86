/* SPDX-License-Identifier: MIT */
/*
 * Syscall User Dispatch (Documentation/admin-guide/syscall-user-dispatch.rst of the kernel), set
 * from outside of the thread. A system call from outside of a range of code raises SIGSYS, and the
 * kernel does not make the call.
 */
#ifndef SCPROF_HELPER_TRACE_USER_DISPATCH_H
#define SCPROF_HELPER_TRACE_USER_DISPATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* @tid is stopped. Returns true if the kernel can set dispatch from outside (Linux 6.4). */
bool user_dispatch_is_possible(pid_t tid);
/*
 * Switches dispatch on for @tid, which is stopped. Only system calls that end at @ip are then made
 * directly. Returns false on failure.
 */
bool user_dispatch_set(pid_t tid, uint64_t ip);
/* Switches it off. */
void user_dispatch_clear(pid_t tid);

#endif
