/* SPDX-License-Identifier: MIT */
/*
 * The classes of system calls for -e/--trace, such as `%file`. They have the names and members of
 * strace's classes. Members are names, so a class is the same in every ABI.
 */
#ifndef SCPROF_PROFILE_SYSCALL_SYSCALL_CLASS_H
#define SCPROF_PROFILE_SYSCALL_SYSCALL_CLASS_H

#include <stdbool.h>

/* Returns the class called @word (`%file`, or the old `file` without the sign), or -1. */
int syscall_class_find(const char *word);
/*
 * Returns the word of class @id, with the sign. The first class is 0. Returns NULL after the last.
 */
const char *syscall_class_word(int id);
/* Returns true if the system call @name belongs to class @id. */
bool syscall_class_has(int id, const char *name);

#endif
