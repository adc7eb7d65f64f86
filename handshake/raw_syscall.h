/* SPDX-License-Identifier: MIT */
/*
 * System calls without a C library. These functions do not use errno, TLS or the PLT. They return
 * the kernel's result: -errno on failure.
 */
#ifndef SCPROF_HANDSHAKE_RAW_SYSCALL_H
#define SCPROF_HANDSHAKE_RAW_SYSCALL_H

#include <stdint.h>
#include <sys/syscall.h>

static inline long raw_syscall6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static inline long raw_syscall3(long nr, long a, long b, long c)
{
	return raw_syscall6(nr, a, b, c, 0, 0, 0);
}

#endif
