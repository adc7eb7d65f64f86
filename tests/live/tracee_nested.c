/* SPDX-License-Identifier: MIT */
/*
 * Makes N (100) getppid calls through libc, from the innermost of three nested functions.
 */
#include "tests/live/tracee.h"

static NOINLINE void inner(void)
{
	getppid();
	BARRIER();
}

static NOINLINE void middle(void)
{
	inner();
	BARRIER();
}

static NOINLINE void outer(void)
{
	middle();
	BARRIER();
}

int main(int argc, char **argv)
{
	for (int i = argument(argc, argv, 1, 100); i > 0; i--)
		outer();
	return 0;
}
