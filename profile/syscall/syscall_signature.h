/* SPDX-License-Identifier: MIT */
/*
 * How many arguments a system call has, and of what kind each is: enough to print raw words as
 * people expect them, and to know which of them are descriptors and paths.
 */
#ifndef SCPROF_PROFILE_SYSCALL_SYSCALL_SIGNATURE_H
#define SCPROF_PROFILE_SYSCALL_SYSCALL_SIGNATURE_H

#include "profile/syscall/syscall_name.h"

#define SYSCALL_MAX_ARGS 6

/* One letter for each argument. */
enum syscall_arg {
	ARG_FD = 'd',
	ARG_FOLDER_FD = 'D', /* an fd, or AT_FDCWD; the path after it is relative to it */
	ARG_PATH = 's',	     /* address of a path */
	ARG_POINTER = 'p',
	ARG_MODE = 'o',	       /* octal */
	ARG_CREATE_MODE = 'c', /* octal, and only there when the flags before it create a file */
	ARG_HEX = 'x',	       /* flags and the like */
	ARG_UNSIGNED = 'u',
	ARG_INT = 'i',	/* 32 bits, signed */
	ARG_LONG = 'l', /* 64 bits, signed */
	ARG_SIGNAL = 'g',
};

/*
 * Returns the letters of the arguments of system call @nr, valid for ever; of one that is not known
 * six times ARG_HEX.
 */
const char *syscall_signature(enum syscall_abi abi, uint32_t nr);

#endif
