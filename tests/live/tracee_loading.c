/* SPDX-License-Identifier: MIT */
/*
 * usage: loading COUNT MICROSECONDS PROGRAM [ARGUMENT...]. Executes a dynamically linked program
 * COUNT times, one after another. In each one, a timer fires again and again from the first
 * instruction on; only a tracer notices that. ld.so preloads the library that LOADING_PRELOAD
 * names.
 */
#include "tests/live/tracee.h"

#include <sys/time.h>

static void execute(suseconds_t us, char **argv)
{
	const struct itimerval timer = { { 0, us }, { 0, us } };

	CHECK(signal(SIGALRM, SIG_IGN) != SIG_ERR);
	if (getenv("LOADING_PRELOAD"))
		CHECK(setenv("LD_PRELOAD", getenv("LOADING_PRELOAD"), 1) == 0);
	CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
	execv(argv[0], argv);
	_exit(127);
}

int main(int argc, char **argv)
{
	CHECK(argc > 3);
	for (int i = 0; i < atoi(argv[1]); i++) {
		pid_t pid = fork();

		if (pid == 0)
			execute(atoi(argv[2]), argv + 3);
		CHECK(wait_for(pid) == 0);
	}
	return 0;
}
