/* SPDX-License-Identifier: MIT */
/*
 * Switches Syscall User Dispatch on and off for a tracee (see
 * Documentation/admin-guide/syscall-user-dispatch.rst of the kernel). While it is on, a system call
 * from outside of a range of code raises SIGSYS, and the kernel does not make the call.
 */
#ifndef SCPROF_HELPER_TRACE_USER_DISPATCH_H
#define SCPROF_HELPER_TRACE_USER_DISPATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* @tid is stopped. Returns true if a tracer can set dispatch (since Linux 6.4). */
bool user_dispatch_is_possible(pid_t tid);
/*
 * Switches dispatch on for @tid, which is stopped. The kernel then makes only the system calls
 * that end at an address from @first_ip to @last_ip. Returns false on failure.
 */
bool user_dispatch_set(pid_t tid, uint64_t first_ip, uint64_t last_ip);
/* Switches it off. */
void user_dispatch_clear(pid_t tid);

#endif
