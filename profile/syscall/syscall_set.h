/* SPDX-License-Identifier: MIT */
/*
 * Which system calls are traced: the argument of -e/--trace, in strace's syntax (strace(1),
 * "Filtering"): [trace=|t=][!]value[,value…], where a value is a name, a number, `%class` (or one
 * of the old class words without the sign, such as `file`), `/regex` (profile/util/pattern.h) or
 * `all`; before it `?` (matching nothing is not an error), after it `@64`, `@32` or `@x32` (only
 * that ABI; else every ABI). `none`, and `!none`, stand alone. Two more than strace knows, for
 * kernels newer than the table of names: any number up to SYSCALL_SET_MAX_NR, and `syscall_0x1ff`
 * as a name.
 */
#ifndef SCPROF_PROFILE_SYSCALL_SYSCALL_SET_H
#define SCPROF_PROFILE_SYSCALL_SYSCALL_SET_H

#include "profile/syscall/syscall_name.h"

#define SYSCALL_SET_MAX_NR 1024 /* greater numbers are no kernel's: they follow `others` */

struct syscall_set {
	uint64_t bits[SYSCALL_NR_ABIS][SYSCALL_SET_MAX_NR / 64]; /* x32: without its bit 30 */
	bool others; /* what becomes of all greater numbers */
};

/* Makes @set the set of all system calls. */
void syscall_set_fill(struct syscall_set *set);

/*
 * Parses @spec into @set. Returns 0; or -EINVAL, and then *@error is one line of text without a
 * prefix, which names what is wrong and the nearest known names, and which the caller frees. On
 * success *@error is NULL. On an error @set is undefined.
 */
int syscall_set_parse(struct syscall_set *set, const char *spec, char **error);

/* Returns true if system call @nr (for x32 with bit 30) of @abi is in @set. */
bool syscall_set_has(const struct syscall_set *set, enum syscall_abi abi, uint32_t nr);
/* Returns true if every system call is in @set. */
bool syscall_set_is_full(const struct syscall_set *set);

#endif
