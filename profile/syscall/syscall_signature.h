/* SPDX-License-Identifier: MIT */
/*
 * The number of arguments of each system call, and the kind of each argument. With that, raw words
 * can be printed in the usual form, and descriptors and paths can be recognised.
 */
#ifndef SCPROF_PROFILE_SYSCALL_SYSCALL_SIGNATURE_H
#define SCPROF_PROFILE_SYSCALL_SYSCALL_SIGNATURE_H

#include "profile/syscall/syscall_name.h"

#define SYSCALL_MAX_ARGS 6

/* One letter for each argument. */
enum syscall_arg {
	ARG_FD = 'd',
	ARG_FOLDER_FD =
		'D',	/* a descriptor or AT_FDCWD; the next argument is a path relative to it */
	ARG_PATH = 's', /* address of a path */
	ARG_POINTER = 'p',
	ARG_MODE = 'o',	       /* octal */
	ARG_CREATE_MODE = 'c', /* octal; present only if the flags before it create a file */
	ARG_HEX = 'x',	       /* flags and the like */
	ARG_UNSIGNED = 'u',
	ARG_INT = 'i',	/* 32 bits, signed */
	ARG_LONG = 'l', /* 64 bits, signed */
	ARG_SIGNAL = 'g',
};

/*
 * Returns a letter for each argument of system call @nr; never freed. For an unknown call it
 * returns ARG_HEX six times.
 */
const char *syscall_signature(enum syscall_abi abi, uint32_t nr);

#endif
