/* SPDX-License-Identifier: MIT */
/*
 * Switches Syscall User Dispatch on and off for a tracee (see
 * Documentation/admin-guide/syscall-user-dispatch.rst of the kernel). While it is on, a system call
 * from outside of a range of code raises SIGSYS, and the kernel does not make the call.
 *
 * A tracer can switch it in two ways:
 *
 *   - By ptrace, since Linux 6.4: a request of the tracer switches dispatch on or off.
 *   - By prctl, since Linux 5.11: the thread makes one prctl(2) call, which the helper injects. The
 *     call tells the kernel the address of a byte in the thread's memory, the selector. At each
 *     call from outside of the range, the kernel reads whether the selector says on or off. The
 *     helper shares this memory, and switches dispatch by a store to the selector. The kernel kills
 *     the thread if the selector is not readable or has any other value. helper/space/selector.h
 *     prevents that.
 */
#ifndef SCPROF_HELPER_TRACE_USER_DISPATCH_H
#define SCPROF_HELPER_TRACE_USER_DISPATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* @tid is stopped. Returns true if a tracer can set dispatch. */
bool user_dispatch_is_by_ptrace(pid_t tid);
/*
 * Tries whether a process with the same seccomp filters as this one can set dispatch with prctl(2).
 * Returns 0 or -errno: -EINVAL if the kernel does not support it, otherwise the error that a filter
 * has returned.
 */
int user_dispatch_try_prctl(void);

/* To be called once, at the start: from now on, dispatch is set by prctl. */
void user_dispatch_use_prctl(void);
bool user_dispatch_is_by_prctl(void);

#define USER_DISPATCH_NR_ARGS 6
/*
 * Fills in the arguments of a prctl(2) call. After a thread has made this call, its selector at
 * @selector_addr of its memory switches dispatch. While dispatch is on, the kernel makes only the
 * calls that end at an address from @first_ip to @last_ip.
 */
void user_dispatch_arm_args(uint64_t args[static USER_DISPATCH_NR_ARGS], uint64_t first_ip,
			    uint64_t last_ip, uint64_t selector_addr);
/*
 * Fills in the arguments of the prctl(2) call after which the kernel no longer reads the selector.
 */
void user_dispatch_disarm_args(uint64_t args[static USER_DISPATCH_NR_ARGS]);

/*
 * Switches dispatch on for @tid, which is stopped. The kernel then makes only the system calls
 * that end at an address from @first_ip to @last_ip. @selector is the thread's selector in the
 * memory of the helper. If it is NULL, dispatch can only be set by ptrace. Returns false on
 * failure.
 */
bool user_dispatch_set(pid_t tid, uint8_t *selector, uint64_t first_ip, uint64_t last_ip);
/* Switches it off. */
void user_dispatch_clear(pid_t tid, uint8_t *selector);

#endif
