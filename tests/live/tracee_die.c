/* SPDX-License-Identifier: MIT */
/*
 * Makes 3 calls and kills itself with the signal that is its argument.
 */
#include "tests/live/tracee.h"

int main(int argc, char **argv)
{
	int signal = argument(argc, argv, 1, SIGTERM);
	volatile uintptr_t nowhere = 8;

	for (int i = 0; i < 3; i++)
		RAW_CALL0(SYS_getppid);
	if (signal == SIGSEGV)
		*(volatile int *)nowhere = 1;
	kill(getpid(), signal);
	pause();
	return TRACEE_FAILED;
}
