/* SPDX-License-Identifier: MIT */
/*
 * Starts threads that make calls of the C library. Argument: how many calls of each kind a thread
 * makes.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <pthread.h>

#define NR_THREADS 4

static NOINLINE void call_often(int nr)
{
	char byte;

	for (int i = 0; i < nr; i++) {
		int fd = open("/dev/null", O_RDONLY);

		CHECK(fd >= 0 && read(fd, &byte, 1) == 0);
		getppid();
		close(fd);
	}
	BARRIER();
}

static void *work(void *argument)
{
	call_often(*(int *)argument);
	return NULL;
}

int main(int argc, char **argv)
{
	int nr = argc > 1 ? atoi(argv[1]) : 1;
	pthread_t threads[NR_THREADS];

	for (int i = 0; i < NR_THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, work, &nr) == 0);
	for (int i = 0; i < NR_THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	return 0;
}
