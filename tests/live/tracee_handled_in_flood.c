/* SPDX-License-Identifier: MIT */
/*
 * usage: handled_in_flood ROUNDS. Four threads wait in epoll_wait. A child floods the process with
 * signals that it ignores. In each round, each thread gets one signal with a handler while it is in
 * its call. So each call fails with EINTR, and each thread makes ROUNDS calls.
 */
#include "tests/live/tracee.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/prctl.h>

#define NR_THREADS 4
#define LONG_MS	   10000

static int nr_rounds;
static int epoll;
static volatile int nr_failed[NR_THREADS]; /* calls that have failed with EINTR */
static volatile pid_t tids[NR_THREADS];

static void handler(int signal)
{
	(void)signal;
}

static void *wait_for_signals(void *argument)
{
	const uintptr_t thread = (uintptr_t)argument;
	struct epoll_event event;

	tids[thread] = gettid();
	for (int i = 0; i < nr_rounds; i++) {
		if (epoll_wait(epoll, &event, 1, LONG_MS) != -1 || errno != EINTR)
			printf("a signal with a handler has not interrupted the call\n");
		nr_failed[thread]++;
	}
	return NULL;
}

/* Returns true if the kernel says that the thread is in epoll_wait. */
static bool is_in_call(pid_t tid)
{
	char path[64];
	FILE *file;
	int nr = -1;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", (int)tid);
	file = fopen(path, "r");
	CHECK(file);
	if (fscanf(file, "%d", &nr) != 1)
		nr = -1;
	fclose(file);
	return nr == SYS_epoll_wait;
}

static void interrupt(uintptr_t thread)
{
	const int nr = nr_failed[thread];

	while (!tids[thread] || !is_in_call(tids[thread]))
		usleep(1000);
	CHECK(nr_failed[thread] == nr);
	CHECK(syscall(SYS_tgkill, getpid(), tids[thread], SIGUSR1) == 0);
	while (nr_failed[thread] == nr)
		usleep(1000);
}

static void flood(pid_t process)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned int i = 0;; i++) {
		kill(process, i % 2 ? SIGWINCH : SIGURG);
		if (i % 8 == 7)
			usleep(150 + i % 64);
	}
}

int main(int argc, char **argv)
{
	const struct sigaction action = { .sa_handler = handler };
	pid_t process = getpid(), child;
	pthread_t threads[NR_THREADS];

	nr_rounds = argument(argc, argv, 1, 20);
	epoll = epoll_create1(0);
	sigaction(SIGUSR1, &action, NULL);
	for (uintptr_t i = 0; i < NR_THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, wait_for_signals, (void *)i) == 0);
	child = fork();
	if (child == 0)
		flood(process);
	for (int i = 0; i < nr_rounds; i++)
		for (uintptr_t j = 0; j < NR_THREADS; j++)
			interrupt(j);
	for (int i = 0; i < NR_THREADS; i++)
		pthread_join(threads[i], NULL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return 0;
}
