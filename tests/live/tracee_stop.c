/* SPDX-License-Identifier: MIT */
/*
 * Stops and continues a child with two threads. The threads must not run in between.
 */
#include "tests/live/tracee.h"

#include <pthread.h>
#include <sys/mman.h>

static volatile long *counters;

static void *counting(void *counter)
{
	for (;;) {
		++*(volatile long *)counter;
		RAW_CALL0(SYS_sched_yield);
	}
	return NULL;
}

static void child(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, counting, (void *)&counters[0]);
	counting((void *)&counters[1]);
}

static void expect_progress(int is_expected)
{
	long before[2];

	usleep(20000);
	before[0] = counters[0];
	before[1] = counters[1];
	usleep(100000);
	CHECK((counters[0] != before[0]) == is_expected);
	CHECK((counters[1] != before[1]) == is_expected);
}

int main(int argc, char **argv)
{
	int signal = argument(argc, argv, 1, SIGSTOP);
	int status;
	pid_t pid;

	counters = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		child();
	}
	while (counters[0] == 0 || counters[1] == 0)
		usleep(1000);
	for (int i = 0; i < 3; i++) {
		expect_progress(1);
		kill(pid, signal);
		CHECK(waitpid(pid, &status, WUNTRACED) == pid);
		CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == signal);
		expect_progress(0);
		kill(pid, SIGCONT);
		CHECK(waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status));
	}
	kill(pid, SIGSTOP);
	CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
	kill(pid, SIGKILL);
	return wait_for(pid) == 128 + SIGKILL ? 0 : TRACEE_FAILED;
}
