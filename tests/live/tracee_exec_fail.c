/* SPDX-License-Identifier: MIT */
/*
 * Makes three execve calls that fail, two with one error and one with another, and goes on.
 */
#include "tests/live/tracee.h"

int main(void)
{
	char *arguments[] = { (char *)"x", NULL };

	CHECK(execv("/nonexistent/program", arguments) == -1 && errno == ENOENT);
	CHECK(execv("/nonexistent/program", arguments) == -1 && errno == ENOENT);
	CHECK(execv("/", arguments) == -1 && errno == EACCES);
	RAW_CALL0(SYS_getppid);
	return 0;
}
