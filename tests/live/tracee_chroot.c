/* SPDX-License-Identifier: MIT */
/*
 * Locks itself into the directory that its argument names, then makes 5 calls (needs root).
 */
#include "tests/live/tracee.h"

static NOINLINE void locked_in(void)
{
	for (int i = 0; i < 5; i++)
		getppid();
	BARRIER();
}

int main(int argc, char **argv)
{
	CHECK(argc == 2 && chroot(argv[1]) == 0 && chdir("/") == 0);
	locked_in();
	return 0;
}
