/* SPDX-License-Identifier: MIT */
/*
 * Makes 3 getppid calls from the innermost frame of a recursion of depth N (200).
 */
#include "tests/live/tracee.h"

static NOINLINE int descend(int depth)
{
	int result = depth > 1 ? descend(depth - 1) : (int)RAW_CALL0(SYS_getppid);

	BARRIER();
	return result;
}

int main(int argc, char **argv)
{
	int depth = argument(argc, argv, 1, 200);

	for (int i = 0; i < 3; i++)
		descend(depth);
	return 0;
}
