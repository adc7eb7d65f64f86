/* SPDX-License-Identifier: MIT */
/*
 * Makes 9 calls of the 32-bit kind, int $0x80, from 64-bit code.
 */
#include "tests/live/tracee.h"

#define I386_GETPPID 64

static NOINLINE void by_interrupt(void)
{
	long result = I386_GETPPID;

	__asm__ volatile("int $0x80" : "+a"(result) : : "r8", "r9", "r10", "r11", "memory");
	CHECK(result == getppid());
}

int main(void)
{
	for (int i = 0; i < 9; i++)
		by_interrupt();
	return 0;
}
