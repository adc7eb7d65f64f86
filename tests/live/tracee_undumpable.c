/* SPDX-License-Identifier: MIT */
/*
 * Makes itself undumpable, makes 6 calls, and forks a child that makes 6 calls.
 */
#include "tests/live/tracee.h"

#include <sys/prctl.h>

static NOINLINE void secretive(void)
{
	for (int i = 0; i < 6; i++)
		RAW_CALL0(SYS_getppid);
	BARRIER();
}

int main(void)
{
	pid_t pid;

	CHECK(prctl(PR_SET_DUMPABLE, 0) == 0);
	secretive();
	pid = fork();
	if (pid == 0) {
		secretive();
		_exit(0);
	}
	return wait_for(pid);
}
