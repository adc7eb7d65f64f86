/* SPDX-License-Identifier: MIT */
/*
 * Makes 2 calls, then executes the program that its arguments name, which is itself at first.
 */
#include "tests/live/tracee.h"

int main(int argc, char **argv)
{
	RAW_CALL0(SYS_getppid);
	RAW_CALL0(SYS_getppid);
	if (argc > 1)
		execv(argv[1], argv + 1);
	return argc > 1 ? TRACEE_FAILED : 0;
}
