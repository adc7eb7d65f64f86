/* SPDX-License-Identifier: MIT */
/*
 * Gives up root for user 65534, then makes 5 calls from a known stack (needs root).
 */
#include "tests/live/tracee.h"

static NOINLINE void unprivileged(void)
{
	for (int i = 0; i < 5; i++)
		RAW_CALL0(SYS_getppid);
	BARRIER();
}

int main(void)
{
	pid_t pid;

	CHECK(setgid(65534) == 0 && setuid(65534) == 0);
	unprivileged();
	pid = fork();
	if (pid == 0) {
		unprivileged();
		_exit(0);
	}
	return wait_for(pid);
}
