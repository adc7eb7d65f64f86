/* SPDX-License-Identifier: MIT */
/*
 * The seccomp filter that makes system calls stop. It returns SECCOMP_RET_TRACE for traced calls.
 * The others run at full speed.
 */
#ifndef SCPROF_HELPER_TRACER_FILTER_H
#define SCPROF_HELPER_TRACER_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "profile/syscall/syscall_set.h"

/*
 * What our filter passes to the tracer with SECCOMP_RET_TRACE. A filter of the program may ask for
 * a tracer as well, and the kernel reports the data of the newest filter.
 */
#define FILTER_TRACE_DATA 0x5c9fu

/*
 * Builds the filter for @set and for calls that the helper itself must see: SCPROF_CALL, changes of
 * executable memory, thread names, seccomp filters of the program, and restarts. Without
 * @with_exits, it does not stop exit and exit_group, which cause another kind of stop later
 * (PTRACE_O_TRACEEXIT). Returns 0 and stores the program in *@insns, which the caller frees.
 * Returns -errno on failure.
 */
int filter_build(const struct syscall_set *set, bool with_exits, struct sock_filter **insns,
		 uint32_t *nr_insns);

#endif
