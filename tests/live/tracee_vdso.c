/* SPDX-License-Identifier: MIT */
/*
 * Makes clock_gettime calls that the vdso cannot answer without the kernel.
 */
#include "tests/live/tracee.h"

#include <time.h>

static NOINLINE void ask(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	BARRIER();
}

int main(void)
{
	for (int i = 0; i < 25; i++)
		ask();
	return 0;
}
