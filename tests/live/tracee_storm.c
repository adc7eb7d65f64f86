/* SPDX-License-Identifier: MIT */
/*
 * Makes 20000 calls while a timer interrupts it at random points.
 */
#include "tests/live/tracee.h"

#include <sys/time.h>

static volatile int nr_handled;

static void handler(int signal)
{
	(void)signal;
	nr_handled++;
	RAW_CALL0(SYS_getpgrp);
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
	struct itimerval often = { { 0, 300 }, { 0, 300 } };
	int nr;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < 20000; i++)
		CHECK(RAW_CALL0(SYS_getppid) > 0);
	memset(&often, 0, sizeof(often));
	setitimer(ITIMER_REAL, &often, NULL);
	nr = nr_handled;
	printf("%d\n", nr);
	return 0;
}
