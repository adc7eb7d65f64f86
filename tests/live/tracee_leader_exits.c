/* SPDX-License-Identifier: MIT */
/*
 * The main thread ends first. Two threads go on with 50 calls each, and the last one exits with 4.
 */
#include "tests/live/tracee.h"

#include <pthread.h>

static pthread_t leader, first;

static NOINLINE void work(void)
{
	for (int i = 0; i < 50; i++)
		RAW_CALL0(SYS_getppid);
	BARRIER();
}

static void *first_worker(void *unused)
{
	pthread_join(leader, NULL);
	work();
	return unused;
}

static void *last_worker(void *unused)
{
	pthread_join(first, NULL);
	work();
	exit(4);
	return unused;
}

int main(void)
{
	pthread_t last;

	leader = pthread_self();
	CHECK(pthread_create(&first, NULL, first_worker, NULL) == 0);
	CHECK(pthread_create(&last, NULL, last_worker, NULL) == 0);
	pthread_exit(NULL);
}
