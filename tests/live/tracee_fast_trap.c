/* SPDX-License-Identifier: MIT */
/*
 * Threads that block all signals race through sites while the engine patches these. The program
 * handles SIGTRAP, and keeps its handler. With an argument, it makes a call from its own code before it
 * creates threads.
 */
#include "tests/live/tracee.h"

#include <pthread.h>

#define NR_THREADS 6
#define NR_CALLS   250

static void handler(int signal)
{
	(void)signal;
}

#define SITE(name)                                    \
	static NOINLINE long name(void)               \
	{                                             \
		long result = RAW_CALL0(SYS_getppid); \
		BARRIER();                            \
		return result;                        \
	}
SITE(a)
SITE(b)
SITE(c)
SITE(d)
SITE(e)
SITE(f)
SITE(g)
SITE(h)

static void *race(void *argument)
{
	static long (*const sites[])(void) = { a, b, c, d, e, f, g, h };
	sigset_t all;

	sigfillset(&all);
	CHECK(pthread_sigmask(SIG_SETMASK, &all, NULL) == 0);
	for (unsigned int i = 0; i < sizeof(sites) / sizeof(sites[0]); i++)
		for (int j = 0; j < NR_CALLS; j++)
			CHECK(sites[i]() > 0);
	return argument;
}

int main(int argc, char **argv)
{
	const struct sigaction action = { .sa_handler = handler };
	struct sigaction found;
	pthread_t threads[NR_THREADS];

	(void)argv;
	if (argc > 1)
		CHECK(a() > 0);
	CHECK(sigaction(SIGTRAP, &action, NULL) == 0);
	for (int i = 0; i < NR_THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, race, NULL) == 0);
	for (int i = 0; i < NR_THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(sigaction(SIGTRAP, NULL, &found) == 0);
	CHECK(found.sa_handler == handler);
	return 0;
}
