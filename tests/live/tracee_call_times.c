/* SPDX-License-Identifier: MIT */
/*
 * usage: call_times BUSY SLEEPING. BUSY threads make 500 short calls each, while SLEEPING threads
 * sleep 5 times for 20 ms.
 */
#include "tests/live/tracee.h"

#include <pthread.h>
#include <time.h>

#define MAX_THREADS 64
#define NR_CALLS    500
#define NR_SLEEPS   5

static void *call(void *unused)
{
	for (int i = 0; i < NR_CALLS; i++)
		RAW_CALL0(SYS_getppid);
	return unused;
}

static void *nap(void *unused)
{
	const struct timespec pause = { .tv_nsec = 20000000 };

	for (int i = 0; i < NR_SLEEPS; i++)
		CHECK(nanosleep(&pause, NULL) == 0);
	return unused;
}

int main(int argc, char **argv)
{
	int nr_busy = argument(argc, argv, 1, 0), nr = nr_busy + argument(argc, argv, 2, 0);
	pthread_t threads[MAX_THREADS];

	CHECK(nr <= MAX_THREADS);
	for (int i = 0; i < nr; i++)
		CHECK(pthread_create(&threads[i], NULL, i < nr_busy ? call : nap, NULL) == 0);
	for (int i = 0; i < nr; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	return 0;
}
