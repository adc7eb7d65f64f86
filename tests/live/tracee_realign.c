/* SPDX-License-Identifier: MIT */
/*
 * Functions that realign the stack, so that the unwinder must evaluate an expression to find their
 * frame.
 */
#include "tests/live/tracee.h"

#include <alloca.h>

struct wide {
	long lanes[8];
} __attribute__((aligned(64)));

static NOINLINE void leaf(struct wide *wide)
{
	wide->lanes[0] += RAW_CALL0(SYS_getppid);
}

static NOINLINE void aligned_local(long x)
{
	struct wide wide = { { x } };

	CHECK(((uintptr_t)&wide & 63) == 0);
	leaf(&wide);
	BARRIER();
}

static NOINLINE void aligned_and_variable(unsigned int size)
{
	struct wide wide = { { size } };
	volatile char *block = alloca(size);

	block[0] = 1;
	CHECK(((uintptr_t)&wide & 63) == 0);
	leaf(&wide);
	BARRIER();
}

__attribute__((force_align_arg_pointer)) static NOINLINE void forced(long x)
{
	aligned_local(x);
	BARRIER();
}

int main(void)
{
	for (unsigned int i = 0; i < 10; i++) {
		aligned_local(i);
		aligned_and_variable(100 + i);
		forced(i);
	}
	return 0;
}
