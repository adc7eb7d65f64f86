/* SPDX-License-Identifier: MIT */
/*
 * Makes system call NR again and again, and fails if the result is not what libc returns. Compiled
 * with another NR, it is a second program with the same layout.
 */
#include "tests/live/tracee.h"

#ifndef NR
#define NR SYS_getppid
#endif

static NOINLINE long call(void)
{
	long result;

	__asm__ volatile("mov %1, %%eax; syscall"
			 : "=&a"(result)
			 : "i"(NR)
			 : "rcx", "r11", "memory");
	return result;
}

int main(void)
{
	for (int i = 0; i < 100; i++)
		CHECK(call() == (NR == SYS_getppid ? getppid() : getpid()));
	return 0;
}
