/* SPDX-License-Identifier: MIT */
/*
 * Makes itself undumpable, then makes 6 calls, forks, and the child makes 6.
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
