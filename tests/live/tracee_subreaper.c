/* SPDX-License-Identifier: MIT */
/*
 * Becomes the parent of orphans among its descendants (a subreaper) and executes the command that
 * its arguments name. Without arguments, it waits for one child, and checks that it has no other.
 */
#include "tests/live/tracee.h"

#include <sys/prctl.h>

static int wait_for_all(void)
{
	pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0)
		_exit(1);
	CHECK(wait(NULL) == child);
	CHECK(wait(NULL) == -1 && errno == ECHILD);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 1)
		return wait_for_all();
	CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
	execv(argv[1], argv + 1);
	return TRACEE_FAILED;
}
