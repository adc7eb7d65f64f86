/* SPDX-License-Identifier: MIT */
/*
 * A thread that is not the leader runs another program, while two more threads block.
 */
#include "tests/live/tracee.h"

#include <pthread.h>

static volatile int nr_started;

static void *blocked(void *unused)
{
	__sync_fetch_and_add(&nr_started, 1);
	for (;;)
		pause();
	return unused;
}

static NOINLINE void execute(char **arguments)
{
	while (nr_started < 2)
		;
	RAW_CALL0(SYS_getppid);
	execv(arguments[0], arguments);
	BARRIER();
}

static void *executing(void *arguments)
{
	execute(arguments);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	CHECK(argc > 1);
	CHECK(pthread_create(&thread, NULL, blocked, NULL) == 0);
	CHECK(pthread_create(&thread, NULL, blocked, NULL) == 0);
	CHECK(pthread_create(&thread, NULL, executing, argv + 1) == 0);
	pthread_join(thread, NULL);
	return TRACEE_FAILED;
}
