/* SPDX-License-Identifier: MIT */
/*
 * thread_loop [-w] THREADS CALLS DEPTH PATHS WIDTH: each thread makes CALLS calls, getppid and a
 * pread of one byte in turn, on PATHS call paths in turn. WIDTH paths are DEPTH functions deep, as
 * many are one function deeper, and so on. Then prints the nanoseconds from the start of the first
 * call to the end of the last one. With -w it also prints its process id, and its threads wait until
 * standard input ends, so that their memory can be examined. A path is a number: at each depth, its
 * lowest bit selects one of two places from which the next function is called.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long nr_calls;
static int depth;
static unsigned nr_paths, width;
static int fd;
static pthread_barrier_t barrier;

static __attribute__((noinline)) long deep(int left, unsigned path, long i)
{
	char byte;
	long result;

	if (left <= 0) {
		result = i & 1 ? getppid() : pread(fd, &byte, 1, i & 15);
	} else if (path & 1) {
		result = deep(left - 1, path >> 1, i + left);
		__asm__ volatile("# one place" : "+r"(result));
	} else {
		result = deep(left - 1, path >> 1, i - left);
		__asm__ volatile("# the other place" : "+r"(result));
	}
	return result + i;
}

static void meet(void)
{
	pthread_barrier_wait(&barrier);
}

/* The barrier separates three phases: the start, the calls, and the wait. */
static void *make_calls(void *unused)
{
	unsigned path = 0;
	long sum = 0;

	meet();
	meet();
	for (long i = 0; i < nr_calls; i++) {
		sum += deep(depth + path / width, path, i);
		/* Both calls of a pair take the same path, so that each path has both. */
		if (i & 1)
			path = path + 1 < nr_paths ? path + 1 : 0;
	}
	__asm__ volatile("" : : "r"(sum));
	meet();
	meet();
	return unused;
}

static long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000 + now.tv_nsec;
}

static void start_threads(int nr_threads)
{
	pthread_t thread;

	for (int i = 0; i < nr_threads; i++)
		if (pthread_create(&thread, NULL, make_calls, NULL) || pthread_detach(thread))
			exit(1);
}

int main(int argc, char **argv)
{
	int waits = argc > 1 && strcmp(argv[1], "-w") == 0;
	char **values = argv + waits;
	int nr_threads;
	long start;

	if (argc != 6 + waits)
		return 2;
	nr_threads = atoi(values[1]);
	nr_calls = atol(values[2]);
	depth = atoi(values[3]);
	nr_paths = atoi(values[4]);
	width = atoi(values[5]);
	fd = open(argv[0], O_RDONLY);
	if (fd < 0 || width == 0 || pthread_barrier_init(&barrier, NULL, nr_threads + 1))
		return 1;
	start_threads(nr_threads);
	meet();
	start = now_ns();
	meet();
	meet();
	printf("%ld\n", now_ns() - start);
	if (waits) {
		printf("%d\n", getpid());
		fflush(stdout);
		while (getchar() != EOF)
			;
	}
	meet();
	return 0;
}
