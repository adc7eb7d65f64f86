/* SPDX-License-Identifier: MIT */
/*
 * Starts 500 threads, four at a time, that make one getppid call each.
 */
#include "tests/live/tracee.h"

#include <pthread.h>

static void *worker(void *unused)
{
	RAW_CALL0(SYS_getppid);
	return unused;
}

int main(void)
{
	for (int i = 0; i < 125; i++) {
		pthread_t threads[4];

		for (int j = 0; j < 4; j++)
			CHECK(pthread_create(&threads[j], NULL, worker, NULL) == 0);
		for (int j = 0; j < 4; j++)
			pthread_join(threads[j], NULL);
	}
	return 0;
}
