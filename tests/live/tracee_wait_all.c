/* SPDX-License-Identifier: MIT */
/*
 * Waits for any child. It must see its own two children with the right signals, and no other
 * process.
 */
#include "tests/live/tracee.h"

static volatile int nr_signals;

static void count(int signal)
{
	(void)signal;
	nr_signals++;
}

int main(void)
{
	pid_t first, second;

	CHECK(waitpid(-1, NULL, __WALL | WNOHANG) == -1 && errno == ECHILD);
	signal(SIGCHLD, count);
	first = fork();
	if (first == 0)
		_exit(1);
	CHECK(wait_for(first) == 1);
	CHECK(nr_signals == 1);
	second = fork();
	if (second == 0)
		_exit(2);
	CHECK(wait(NULL) == second);
	CHECK(nr_signals == 2);
	CHECK(waitpid(-1, NULL, __WALL) == -1 && errno == ECHILD);
	usleep(50000);
	CHECK(nr_signals == 2);
	return 0;
}
