/* SPDX-License-Identifier: MIT */
/*
 * Generated code that keeps data in the frame pointer, and calls a function that makes calls. It
 * does not return by `ret`, so its instructions do not show how it returns. Argument: how many
 * calls to make for each kind of data.
 */
#include "tests/live/tracee.h"

#include <sys/mman.h>

/* push %rbp; mov %rsi,%rbp; call *%rdi; pop %rbp; pop %rcx; jmp *%rcx */
static const unsigned char bytes[] = { 0x55, 0x48, 0x89, 0xf5, 0xff, 0xd7, 0x5d, 0x59, 0xff, 0xe1 };
static volatile unsigned long data[64];

static NOINLINE void number(void)
{
	getppid();
	BARRIER();
}

static NOINLINE void data_address(void)
{
	getpgrp();
	BARRIER();
}

static NOINLINE void small_on_stack(void)
{
	getuid();
	BARRIER();
}

static NOINLINE void large_on_stack(void)
{
	geteuid();
	BARRIER();
}

static NOINLINE void run(unsigned char *code, int nr)
{
	void (*call)(void (*)(void), unsigned long) = (void (*)(void (*)(void), unsigned long))code;
	volatile unsigned long own[64];

	for (int i = 0; i < nr; i++) {
		data[32] = data[33] = own[32] = own[33] = 8ul * (unsigned long)i;
		call(number, 977ul * (unsigned long)i);
		call(data_address, (unsigned long)&data[32]);
		call(small_on_stack, (unsigned long)&own[32]);
		own[33] = 0x4000000000000000ul + 4096ul * (unsigned long)i;
		call(large_on_stack, (unsigned long)&own[32]);
	}
}

int main(int argc, char **argv)
{
	unsigned char *page =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(argc > 1 && page != MAP_FAILED);
	memcpy(page, bytes, sizeof(bytes));
	CHECK(mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0);
	run(page, atoi(argv[1]));
	return 0;
}
