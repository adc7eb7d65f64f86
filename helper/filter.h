/* SPDX-License-Identifier: MIT */
/*
 * The seccomp filter that turns system calls into stops: traced ones return SECCOMP_RET_TRACE, the rest run at full speed.
 */
#ifndef SCPROF_HELPER_FILTER_H
#define SCPROF_HELPER_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "profile/syscall_set.h"

/*
 * Builds the filter for @set, plus what the helper itself must see: SCPROF_CALL, changes of executable
 * memory, thread names, seccomp filters of the program's own, and restarts. Without @with_exits it does not
 * stop at exit and exit_group, which are followed by a stop of their own kind (PTRACE_O_TRACEEXIT). Returns 0 and the
 * program in *@insns (the caller frees it), or -errno.
 */
int filter_build(const struct syscall_set *set, bool with_exits, struct sock_filter **insns,
		 uint32_t *nr_insns);

#endif
