/* SPDX-License-Identifier: MIT */
/*
 * A set of system calls, and the parser of -e/--trace. The syntax is strace's (strace(1),
 * "Filtering"): [trace=|t=][!]value[,value…]. A value is a name, a number, `%class` (or an old
 * class word without the sign, such as `file`), `/regex` (profile/util/pattern.h) or `all`. `?`
 * before a value means that it may match nothing. `@64`, `@32` or `@x32` after it limits it to that
 * ABI. `none` and `!none` must be alone.
 *
 * For kernels that are newer than the table of names, two more forms are valid: any number up to
 * SYSCALL_SET_MAX_NR, and the name `syscall_0x1ff`.
 */
#ifndef SCPROF_PROFILE_SYSCALL_SYSCALL_SET_H
#define SCPROF_PROFILE_SYSCALL_SYSCALL_SET_H

#include "profile/syscall/syscall_name.h"

#define SYSCALL_SET_MAX_NR 1024 /* no kernel has greater numbers: they follow `others` */

struct syscall_set {
	uint64_t bits[SYSCALL_NR_ABIS]
		     [SYSCALL_SET_MAX_NR / 64]; /* x32 numbers are without bit 30 */
	bool others;				/* the set contains all greater numbers */
};

/* Makes @set the set of all system calls. */
void syscall_set_fill(struct syscall_set *set);

/*
 * Parses @spec into @set. Returns 0 and sets *@error to NULL. Returns -EINVAL on an error; then
 * *@error is a line without prefix that says what is wrong and suggests the nearest names. The
 * caller frees it. After an error @set is undefined.
 */
int syscall_set_parse(struct syscall_set *set, const char *spec, char **error);

/* Returns true if system call @nr of @abi (for x32 with bit 30) is in @set. */
bool syscall_set_has(const struct syscall_set *set, enum syscall_abi abi, uint32_t nr);
/* Returns true if every system call is in @set. */
bool syscall_set_is_full(const struct syscall_set *set);

#endif
