/* SPDX-License-Identifier: MIT */
/*
 * Sends a signal to its process group. With "orphan", a process sends it whose parent ends at once.
 * With "test", the test sends it. Exits with the number of signals that it received.
 */
#include "tests/live/tracee.h"

static volatile sig_atomic_t nr;

static void handler(int signal)
{
	(void)signal;
	nr++;
}

static void send_from_orphan(void)
{
	if (fork() == 0) {
		signal(SIGUSR1, SIG_IGN);
		if (fork() == 0)
			CHECK(kill(0, SIGUSR1) == 0);
		_exit(0);
	}
	CHECK(wait(NULL) > 0 || errno == EINTR);
}

int main(int argc, char **argv)
{
	signal(SIGUSR1, handler);
	if (argc < 2)
		CHECK(kill(0, SIGUSR1) == 0);
	else if (strcmp(argv[1], "orphan") == 0)
		send_from_orphan();
	else
		puts("ready");
	fflush(stdout);
	for (int i = 0; i < 30; i++)
		usleep(10000);
	return nr;
}
