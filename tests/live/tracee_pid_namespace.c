/* SPDX-License-Identifier: MIT */
/*
 * Creates a child in a new pid namespace, which creates one too (needs root).
 */
#include "tests/live/tracee.h"

#include <sched.h>

int main(void)
{
	siginfo_t info;
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);

	CHECK(pid >= 0);
	if (pid == 0) {
		CHECK(RAW_CALL0(SYS_getpid) == 1);
		if (fork() == 0)
			_exit(RAW_CALL0(SYS_getpid) == 2 ? 5 : TRACEE_FAILED);
		CHECK(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0);
		_exit(0);
	}
	return wait_for(pid);
}
