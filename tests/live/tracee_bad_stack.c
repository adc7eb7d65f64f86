/* SPDX-License-Identifier: MIT */
/*
 * Makes calls while the stack pointer does not point to a stack.
 */
#include "tests/live/tracee.h"

static NOINLINE void with_stack_pointer(unsigned long rsp)
{
	__asm__ volatile("mov %%rsp, %%rbx\n\t"
			 "mov %0, %%rsp\n\t"
			 "mov $110, %%eax\n\t"
			 "syscall\n\t"
			 "mov %%rbx, %%rsp"
			 :
			 : "r"(rsp)
			 : "rax", "rbx", "rcx", "r11", "memory");
}

int main(void)
{
	static unsigned long zeros[64], loop[64];

	for (int i = 0; i < 64; i++)
		loop[i] = (unsigned long)&loop[i];
	with_stack_pointer(0);
	with_stack_pointer(8);
	with_stack_pointer(0x7ffffffffff8);
	with_stack_pointer(0xffffffffffffff00);
	with_stack_pointer((unsigned long)zeros);
	with_stack_pointer((unsigned long)loop);
	return 0;
}
