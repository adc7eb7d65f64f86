/* SPDX-License-Identifier: MIT */
/*
 * Makes 2 calls and exits with the status that is its argument.
 */
#include "tests/live/tracee.h"

int main(int argc, char **argv)
{
	RAW_CALL0(SYS_getppid);
	RAW_CALL0(SYS_getppid);
	return argument(argc, argv, 1, 0);
}
