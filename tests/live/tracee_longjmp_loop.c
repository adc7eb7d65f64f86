/* SPDX-License-Identifier: MIT */
/*
 * Leaves 20 calls of pause, all made from one call site, by longjmp from a handler, with no other
 * call in between. The next signal must not arrive before the next pause, however busy the machine
 * is.
 */
#include "tests/live/tracee.h"

#include <setjmp.h>
#include <sys/time.h>

static sigjmp_buf environment;
static volatile int nr;

static void handler(int signal)
{
	(void)signal;
	siglongjmp(environment, 1);
}

int main(void)
{
	const struct itimerval timer = { { 0, 20000 }, { 0, 20000 } };
	const struct sigaction action = { .sa_handler = handler, .sa_flags = SA_NODEFER };

	CHECK(sigaction(SIGALRM, &action, NULL) == 0);
	CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
	while (nr < 20) {
		if (!sigsetjmp(environment, 0))
			RAW_CALL0(SYS_pause);
		nr++;
	}
	RAW_CALL0(SYS_getppid); /* the first call after the last pause */
	_exit(0);
}
