/* SPDX-License-Identifier: MIT */
/*
 * Eight threads make 50 getppid calls each; main makes 50 as well.
 */
#include "tests/live/tracee.h"

#include <pthread.h>

static NOINLINE void work(void)
{
	for (int i = 0; i < 50; i++)
		RAW_CALL0(SYS_getppid);
	BARRIER();
}

static void *worker(void *unused)
{
	work();
	return unused;
}

int main(void)
{
	pthread_t threads[8];

	for (int i = 0; i < 8; i++)
		CHECK(pthread_create(&threads[i], NULL, worker, NULL) == 0);
	work();
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
