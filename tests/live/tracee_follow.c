/* SPDX-License-Identifier: MIT */
/*
 * Makes 5 calls. Its child makes 10 calls, which must all work. Its grandchild, a program that the
 * child executes, makes 100.
 */
#include "tests/live/tracee.h"

int main(int argc, char **argv)
{
	pid_t pid;

	CHECK(argc == 2);
	for (int i = 0; i < 5; i++)
		CHECK(RAW_CALL0(SYS_getppid) > 0);
	pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 10; i++)
			CHECK(RAW_CALL0(SYS_getppid) > 0);
		pid = fork();
		if (pid == 0)
			execv(argv[1], argv + 1);
		_exit(wait_for(pid));
	}
	return wait_for(pid);
}
