/* SPDX-License-Identifier: MIT */
/*
 * For the programs that test_binary looks at. Each mark prints its name, its own address as the
 * program headers have it (a byte within the call, as in a stored frame), and its line.
 */
#include <link.h>
#include <stdio.h>

static int take_bias(struct dl_phdr_info *info, size_t size, void *bias)
{
	(void)size;
	*(unsigned long *)bias = info->dlpi_addr;
	return 1; /* the first one is the program itself */
}

__attribute__((noinline, noclone, unused)) static void mark(const char *name, int line)
{
	unsigned long bias = 0;

	dl_iterate_phdr(take_bias, &bias);
	printf("%s 0x%lx %d\n", name, (unsigned long)__builtin_return_address(0) - 1 - bias, line);
	/* Keeps the compiler from making a jump of the call. */
	__asm__ volatile("" ::: "memory");
}

#define MARK(name)                                 \
	do {                                       \
		mark(name, __LINE__);              \
		__asm__ volatile("" ::: "memory"); \
	} while (0)
