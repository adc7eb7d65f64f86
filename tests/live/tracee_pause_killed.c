/* SPDX-License-Identifier: MIT */
/*
 * Kills a child that is inside pause(); that call never ends.
 */
#include "tests/live/tracee.h"

int main(void)
{
	pid_t pid = fork();

	if (pid == 0)
		pause();
	usleep(200000);
	kill(pid, SIGKILL);
	return wait_for(pid) == 128 + SIGKILL ? 0 : TRACEE_FAILED;
}
