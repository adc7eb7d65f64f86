/* SPDX-License-Identifier: MIT */
/*
 * readers THREADS ROUNDS: in each round, each thread opens a file, reads it, asks for its status and
 * closes it. Prints the nanoseconds that all rounds took.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 64

static long nr_rounds;

static __attribute__((noinline)) long read_once(void)
{
	int fd = open("/etc/passwd", O_RDONLY);
	char bytes[64];
	struct stat status;
	long sum = read(fd, bytes, sizeof(bytes));

	sum += fstat(fd, &status);
	close(fd);
	return sum;
}

static void *make_rounds(void *unused)
{
	long sum = 0;

	for (long i = 0; i < nr_rounds; i++)
		sum += read_once();
	__asm__ volatile("" : : "r"(sum));
	return unused;
}

static long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000 + now.tv_nsec;
}

int main(int argc, char **argv)
{
	int nr_threads = argc > 2 ? atoi(argv[1]) : 0;
	pthread_t threads[MAX_THREADS];
	long start = now_ns();

	if (nr_threads < 1 || nr_threads > MAX_THREADS)
		return 2;
	nr_rounds = atol(argv[2]);
	for (int i = 0; i < nr_threads; i++)
		if (pthread_create(&threads[i], NULL, make_rounds, NULL))
			return 1;
	for (int i = 0; i < nr_threads; i++)
		pthread_join(threads[i], NULL);
	printf("%ld\n", now_ns() - start);
	return 0;
}
