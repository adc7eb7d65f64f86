/* SPDX-License-Identifier: MIT */
/*
 * thread_births N: creates N threads, one after another, and joins each. Prints the nanoseconds that
 * this took.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void *live(void *argument)
{
	return argument;
}

static long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000 + now.tv_nsec;
}

int main(int argc, char **argv)
{
	long nr = argc > 1 ? atol(argv[1]) : 1000;
	long start = now_ns();
	pthread_t thread;

	for (long i = 0; i < nr; i++)
		if (pthread_create(&thread, NULL, live, NULL) || pthread_join(thread, NULL))
			return 1;
	printf("%ld\n", now_ns() - start);
	return 0;
}
