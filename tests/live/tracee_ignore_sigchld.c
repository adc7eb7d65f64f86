/* SPDX-License-Identifier: MIT */
/*
 * Ignores SIGCHLD and executes the command that its arguments name. Without arguments, its exit
 * status says whether SIGCHLD is ignored.
 */
#include "tests/live/tracee.h"

int main(int argc, char **argv)
{
	struct sigaction action;

	if (argc == 1) {
		CHECK(sigaction(SIGCHLD, NULL, &action) == 0);
		return action.sa_handler == SIG_IGN ? 5 : 0;
	}
	signal(SIGCHLD, SIG_IGN);
	execv(argv[1], argv + 1);
	return TRACEE_FAILED;
}
