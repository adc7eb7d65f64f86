/* SPDX-License-Identifier: MIT */
/*
 * Numbers and names of system calls, for the three ABIs of an x86-64 kernel. The names come from
 * libseccomp. A number that it does not know is named like `syscall_0x1ff`.
 */
#ifndef SCPROF_PROFILE_SYSCALL_SYSCALL_NAME_H
#define SCPROF_PROFILE_SYSCALL_SYSCALL_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum syscall_abi {
	SYSCALL_ABI_X86_64, /* `syscall` */
	SYSCALL_ABI_I386,   /* `int $0x80`, and `syscall`/`sysenter` of 32-bit code */
	SYSCALL_ABI_X32,    /* `syscall` with bit 30 of the number set; nr includes that bit */
	SYSCALL_NR_ABIS
};

#define SYSCALL_X32_BIT 0x40000000u

/* Returns "x86-64", "i386" or "x32". */
const char *syscall_abi_name(enum syscall_abi abi);
/* Returns the ABI called @name, or -1. */
int syscall_abi_from_name(const char *name);

/* Returns the name of @nr. This module owns it and never frees it. */
const char *syscall_name(enum syscall_abi abi, uint32_t nr);
/* Returns the name of @nr, which is never freed. Returns NULL if libseccomp has no name for it. */
const char *syscall_known_name(enum syscall_abi abi, uint32_t nr);
/* Returns the number of the call @name (or `syscall_0x…`), or -1 if this ABI has no such call. */
int64_t syscall_number(enum syscall_abi abi, const char *name);

/* Returns true if a positive result of the call is the number of bytes that it transferred. */
bool syscall_moves_bytes(enum syscall_abi abi, uint32_t nr);

/*
 * Returns the kernel's name of @error, such as "ENOENT", or a name like "errno_4000" if it has
 * none.
 */
const char *syscall_errno_name(unsigned int error);
/* Returns the error called @name, or -1. */
int syscall_errno_from_name(const char *name);

#endif
