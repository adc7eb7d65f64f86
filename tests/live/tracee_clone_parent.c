/* SPDX-License-Identifier: MIT */
/*
 * A child starts a sibling with CLONE_PARENT; the grandparent waits for both.
 */
#include "tests/live/tracee.h"

#include <sched.h>

int main(void)
{
	pid_t pid = fork();
	int nr_seen = 0;

	if (pid == 0) {
		RAW_CALL0(SYS_getppid);
		if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0) == 0)
			RAW_CALL0(SYS_getppid);
		_exit(0);
	}
	while (wait(NULL) > 0)
		nr_seen++;
	return nr_seen == 2 ? 0 : TRACEE_FAILED;
}
