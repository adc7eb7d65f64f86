/* SPDX-License-Identifier: MIT */
/*
 * A handler without SA_RESTART interrupts one readv, which fails with EINTR.
 */
#include "tests/live/tracee.h"

#include <sys/time.h>
#include <sys/uio.h>

static void handler(int signal)
{
	(void)signal;
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler };
	struct itimerval soon = { .it_value.tv_usec = 100000 };
	int fds[2];
	char byte;
	struct iovec iov = { &byte, 1 };

	CHECK(pipe(fds) == 0);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	CHECK(readv(fds[0], &iov, 1) == -1 && errno == EINTR);
	return 0;
}
