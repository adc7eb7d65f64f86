/* SPDX-License-Identifier: MIT */
/*
 * Kills, a hundred times, a process that does nothing but fork. Some of its children are created at
 * the very moment when it is killed. Ends when the last of them has ended: they hold a pipe open.
 */
#include "tests/live/tracee.h"

static void breed(void)
{
	for (;;)
		if (fork() == 0)
			_exit(0);
}

int main(void)
{
	int ends[2];
	char byte;

	CHECK(pipe(ends) == 0);
	for (int i = 0; i < 100; i++) {
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0)
			breed();
		usleep((useconds_t)(300 + 30 * i));
		CHECK(kill(pid, SIGKILL) == 0);
		CHECK(wait_for(pid) == 128 + SIGKILL);
	}
	close(ends[1]);
	CHECK(read(ends[0], &byte, 1) == 0);
	return 0;
}
