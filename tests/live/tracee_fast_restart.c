/* SPDX-License-Identifier: MIT */
/*
 * Children are stopped and continued during a nanosleep. In one child it is the first call at its
 * site, in the next one the second, and so on. So in one of them the engine patches the site at
 * this call.
 */
#include "tests/live/tracee.h"

#include <time.h>

#define NR_CHILDREN 9

static NOINLINE void sleep_for(long ns)
{
	struct timespec span = { 0, ns };

	CHECK(syscall(SYS_nanosleep, &span, NULL) == 0);
}

static int ready[2];

static void child(int nr_before)
{
	for (int i = 0; i < 200; i++)
		RAW_CALL0(SYS_getppid);
	for (int i = 0; i < nr_before; i++)
		sleep_for(1);
	CHECK(write(ready[1], "x", 1) == 1);
	sleep_for(400000000);
	_exit(0);
}

int main(void)
{
	pid_t pids[NR_CHILDREN];
	int status;
	char byte;

	CHECK(pipe(ready) == 0);
	for (int i = 0; i < NR_CHILDREN; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			child(i);
	}
	for (int i = 0; i < NR_CHILDREN; i++)
		CHECK(read(ready[0], &byte, 1) == 1);
	usleep(100000);
	for (int i = 0; i < NR_CHILDREN; i++) {
		kill(pids[i], SIGSTOP);
		CHECK(waitpid(pids[i], &status, WUNTRACED) == pids[i] && WIFSTOPPED(status));
		kill(pids[i], SIGCONT);
	}
	for (int i = 0; i < NR_CHILDREN; i++)
		CHECK(wait_for(pids[i]) == 0);
	return 0;
}
