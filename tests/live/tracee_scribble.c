/* SPDX-License-Identifier: MIT */
/*
 * usage: scribble MILLISECONDS. Creates two children. The first makes calls while one of its other
 * threads writes random words all over the first thread's area. It finds the area as the gate does,
 * by gs. It may crash, and is killed in the end. The second child makes 20,000 calls meanwhile.
 * Prints how many of them were made.
 */
#include "tests/live/tracee.h"

#include <pthread.h>

#include "include/scprof/thread_area.h"

#define NR_CALLS 20000

static NOINLINE void call_in_victim(void)
{
	getppid();
	BARRIER();
}

static NOINLINE void call_in_sibling(void)
{
	getpgrp();
	BARRIER();
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/*
 * Half of the words are small numbers or offsets in the area, which a reader may accept as valid.
 */
static uint32_t make_word(uint64_t random)
{
	switch (random & 3) {
	case 0:
		return (uint32_t)(random >> 8) & 0xff;
	case 1:
		return (uint32_t)(random >> 8) & (THREAD_AREA_SIZE - 8);
	default:
		return (uint32_t)(random >> 8);
	}
}

static void *scribble(void *argument)
{
	volatile uint32_t *words = argument;
	uint64_t state = 88172645463325252u ^ (uint64_t)getpid();

	for (;;) {
		uint64_t random = next_random(&state);
		/*
		 * Writes to the head of the area as often as to all the rest, because most of the
		 * rest is unused.
		 */
		uint32_t size = random >> 63 ? THREAD_AREA_SIZE : AREA_FIRST_FREE + 4096;

		words[(random >> 32) % (size / sizeof(uint32_t))] = make_word(next_random(&state));
		if ((random & 0xfff) == 0)
			usleep(100);
	}
	return NULL;
}

static void run_victim(void)
{
	struct thread_area *area = NULL;
	pthread_t thread;

	for (int i = 0; i < 100; i++)
		call_in_victim();
	__asm__ volatile("mov %%gs:0, %0" : "=r"(area));
	CHECK(area);
	CHECK(pthread_create(&thread, NULL, scribble, area) == 0);
	for (;;)
		call_in_victim();
}

int main(int argc, char **argv)
{
	unsigned int milliseconds = (unsigned int)argument(argc, argv, 1, 300);
	unsigned int nr = 0;
	pid_t sibling, victim;

	sibling = fork();
	if (sibling == 0) {
		for (nr = 0; nr < NR_CALLS; nr++) {
			call_in_sibling();
			if (nr % 100 == 0)
				usleep(milliseconds * 1000 / (NR_CALLS / 100));
		}
		printf("%u\n", nr);
		return 0;
	}
	/* A victim may die. Then start another one, until the sibling has ended. */
	do {
		victim = fork();
		if (victim == 0)
			run_victim();
		usleep(20000);
		kill(victim, SIGKILL);
		CHECK(waitpid(victim, NULL, 0) == victim);
		nr++;
	} while (waitpid(sibling, NULL, WNOHANG) == 0);
	return 0;
}
