/* SPDX-License-Identifier: MIT */
/*
 * A signal with SA_RESTART interrupts one readv three times. The last handler writes the data that
 * ends it.
 */
#include "tests/live/tracee.h"

#include <sys/time.h>
#include <sys/uio.h>

static int fds[2];
static int nr_left = 3;

static void handler(int signal)
{
	(void)signal;
	if (nr_left == 0) /* on a busy machine one more arrives before the timer ends */
		return;
	if (--nr_left == 0)
		CHECK(write(fds[1], "x", 1) == 1);
	RAW_CALL0(SYS_getppid);
}

static NOINLINE void blocked(void)
{
	char byte;
	struct iovec iov = { &byte, 1 };

	CHECK(readv(fds[0], &iov, 1) == 1);
	BARRIER();
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
	struct itimerval often = { { 0, 60000 }, { 0, 60000 } };

	CHECK(pipe(fds) == 0);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	blocked();
	memset(&often, 0, sizeof(often));
	setitimer(ITIMER_REAL, &often, NULL);
	return nr_left == 0 ? 0 : TRACEE_FAILED;
}
