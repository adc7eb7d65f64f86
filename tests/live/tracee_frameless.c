/* SPDX-License-Identifier: MIT */
/*
 * Call sites in functions that keep data, not frames, in rbp and every other saved register.
 */
#include "tests/live/tracee.h"

static NOINLINE long rbp_is_data(long x)
{
	long result;

	__asm__ volatile("mov %1, %%rbp\n\t"
			 "mov $110, %%eax\n\t"
			 "syscall\n\t"
			 "mov %%rax, %0"
			 : "=r"(result)
			 : "r"(x)
			 : "rax", "rcx", "r11", "rbp", "memory");
	return result;
}

static NOINLINE long all_registers_are_data(long a, long b, long c, long d, long e, long f)
{
	long sum = 0;

	for (int i = 0; i < 10; i++) {
		sum += rbp_is_data(a ^ i) + a * b + c * d + e * f;
		a += sum;
		b ^= a;
		c += b;
		d ^= c;
		e += d;
		f ^= e;
	}
	return sum;
}

static NOINLINE long big_frame(long x)
{
	volatile char block[8192];

	block[x & 8191] = 1;
	x = all_registers_are_data(x, 2, 3, 4, 5, 6);
	return x + block[x & 8191];
}

int main(void)
{
	return big_frame(7) == 1;
}
