/* SPDX-License-Identifier: MIT */
/*
 * Call sites below frames of variable size.
 */
#include "tests/live/tracee.h"

#include <alloca.h>

static NOINLINE void leaf(volatile char *block)
{
	block[0] = (char)RAW_CALL0(SYS_getppid);
}

static NOINLINE void varying(unsigned int size)
{
	volatile char *block = alloca(size);

	leaf(block);
	BARRIER();
}

int main(void)
{
	for (unsigned int size = 16; size < 16 + 20 * 48; size += 48)
		varying(size);
	return 0;
}
