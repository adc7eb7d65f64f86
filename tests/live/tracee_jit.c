/* SPDX-License-Identifier: MIT */
/*
 * Makes calls from generated code: with a frame pointer, and without anything that helps to unwind.
 */
#include "tests/live/tracee.h"

#include <sys/mman.h>

/* push %rbp; mov %rsp,%rbp; mov $110,%eax; syscall; pop %rbp; ret */
static const unsigned char with_frame[] = { 0x55, 0x48, 0x89, 0xe5, 0xb8, 0x6e, 0,
					    0,	  0,	0x0f, 0x05, 0x5d, 0xc3 };
/* sub $24,%rsp; mov $111,%eax; syscall; add $24,%rsp; ret */
static const unsigned char without_frame[] = { 0x48, 0x83, 0xec, 0x18, 0xb8, 0x6f, 0,	 0,
					       0,    0x0f, 0x05, 0x48, 0x83, 0xc4, 0x18, 0xc3 };

static NOINLINE void call(unsigned char *code)
{
	((void (*)(void))code)();
	BARRIER();
}

int main(void)
{
	unsigned char *page =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(page != MAP_FAILED);
	memcpy(page, with_frame, sizeof(with_frame));
	memcpy(page + 64, without_frame, sizeof(without_frame));
	CHECK(mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0);
	for (int i = 0; i < 10; i++) {
		call(page);
		call(page + 64);
	}
	return 0;
}
