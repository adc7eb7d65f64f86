/* SPDX-License-Identifier: MIT */
/*
 * loop N: makes N getppid calls and N preads of one byte, in turn, ten function calls deep, with the
 * registers and stack slots that optimised code uses. Then prints the nanoseconds that they took.
 * Built with -O2, without frame pointers.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long deep(int depth, int fd, long i)
{
	char byte;
	long result;

	if (depth > 0)
		result = deep(depth - 1, fd, i + depth);
	else
		result = getppid() + pread(fd, &byte, 1, i & 15);
	__asm__ volatile("" : "+r"(result));
	return result + i;
}

static long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000 + now.tv_nsec;
}

int main(int argc, char **argv)
{
	long nr = argc > 1 ? atol(argv[1]) : 100000;
	int fd = open(argv[0], O_RDONLY);
	long sum = 0, start;

	if (fd < 0)
		return 1;
	start = now_ns();
	for (long i = 0; i < nr; i++)
		sum += deep(10, fd, i);
	printf("%ld\n", now_ns() - start);
	return sum == 0;
}
