/* SPDX-License-Identifier: MIT */
/*
 * A macro for the programs that test_binary examines. Each MARK() prints its name, its address and
 * its line. The address is relative to the program headers. It lies inside the call instruction, as
 * the address of a stored frame does.
 */
#include <link.h>
#include <stdio.h>

static int take_bias(struct dl_phdr_info *info, size_t size, void *bias)
{
	(void)size;
	*(unsigned long *)bias = info->dlpi_addr;
	return 1; /* stop after the first object, which is the program */
}

__attribute__((noinline, noclone, unused)) static void mark(const char *name, int line)
{
	unsigned long bias = 0;

	dl_iterate_phdr(take_bias, &bias);
	printf("%s 0x%lx %d\n", name, (unsigned long)__builtin_return_address(0) - 1 - bias, line);
	/* Prevents the compiler from replacing the call by a jump. */
	__asm__ volatile("" ::: "memory");
}

#define MARK(name)                                 \
	do {                                       \
		mark(name, __LINE__);              \
		__asm__ volatile("" ::: "memory"); \
	} while (0)
