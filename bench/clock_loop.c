/* SPDX-License-Identifier: MIT */
/*
 * clock_loop N: makes N calls of clock(), for which the vdso makes a system call. Prints the nanoseconds that
 * they took.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

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

	for (long i = 0; i < nr; i++)
		if (clock() == (clock_t)-1)
			return 1;
	printf("%ld\n", now_ns() - start);
	return 0;
}
