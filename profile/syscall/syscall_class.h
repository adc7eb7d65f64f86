/* SPDX-License-Identifier: MIT */
/*
 * The classes of system calls that -e/--trace knows, such as `%file`: those of strace, with the
 * same members. Membership goes by name, so it is the same in every ABI.
 */
#ifndef SCPROF_PROFILE_SYSCALL_SYSCALL_CLASS_H
#define SCPROF_PROFILE_SYSCALL_SYSCALL_CLASS_H

#include <stdbool.h>

/* Returns the class that @word names (`%file`, or an old `file` without the sign), or -1. */
int syscall_class_find(const char *word);
/* Returns the word of class @id with its sign, or NULL after the last class; the first is 0. */
const char *syscall_class_word(int id);
/* Returns true if the system call @name belongs to class @id. */
bool syscall_class_has(int id, const char *name);

#endif
