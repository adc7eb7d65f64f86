/* SPDX-License-Identifier: MIT */
/*
 * Starts threads in waves. All of them make calls at the same sites. With an argument, they have
 * the smallest possible stacks.
 */
#include "tests/live/tracee.h"

#include <limits.h>
#include <pthread.h>

#define NR_WAVES 10
#define PER_WAVE 50
#define NR_CALLS 100

static NOINLINE void call(void)
{
	char byte;

	CHECK(RAW_CALL0(SYS_getppid) > 0);
	CHECK(pread(-1, &byte, 1, 0) == -1);
	BARRIER();
}

static void *run(void *argument)
{
	for (int i = 0; i < NR_CALLS; i++)
		call();
	return argument;
}

int main(int argc, char **argv)
{
	pthread_t threads[PER_WAVE];
	pthread_attr_t attributes;

	(void)argv;
	pthread_attr_init(&attributes);
	if (argc > 1)
		CHECK(pthread_attr_setstacksize(&attributes, 16384) == 0);
	for (int wave = 0; wave < NR_WAVES; wave++) {
		for (int i = 0; i < PER_WAVE; i++)
			CHECK(pthread_create(&threads[i], &attributes, run, NULL) == 0);
		for (int i = 0; i < PER_WAVE; i++)
			CHECK(pthread_join(threads[i], NULL) == 0);
	}
	return 0;
}
