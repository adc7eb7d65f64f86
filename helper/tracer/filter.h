/* SPDX-License-Identifier: MIT */
/*
 * The seccomp filter that turns system calls into stops: traced ones return SECCOMP_RET_TRACE, the
 * rest run at full speed.
 */
#ifndef SCPROF_HELPER_TRACER_FILTER_H
#define SCPROF_HELPER_TRACER_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "profile/syscall/syscall_set.h"

/*
 * What our filter passes to the tracer with SECCOMP_RET_TRACE. A filter of the program's own may
 * ask for a tracer as well, and the newest filter's data is reported.
 */
#define FILTER_TRACE_DATA 0x5c9fu

/*
 * Builds the filter for @set, plus what the helper itself must see: SCPROF_CALL, changes of
 * executable memory, thread names, seccomp filters of the program's own, and restarts. Without
 * @with_exits it does not stop at exit and exit_group, which are followed by a stop of their own
 * kind (PTRACE_O_TRACEEXIT). Returns 0 and the program in *@insns (the caller frees it), or -errno.
 */
int filter_build(const struct syscall_set *set, bool with_exits, struct sock_filter **insns,
		 uint32_t *nr_insns);

#endif
