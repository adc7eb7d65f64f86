/* SPDX-License-Identifier: MIT */
/*
 * A signal with SA_RESTART interrupts a readv, and its handler leaves by longjmp, ten times.
 */
#include "tests/live/tracee.h"

#include <setjmp.h>
#include <sys/time.h>
#include <sys/uio.h>

static sigjmp_buf escape;

static void handler(int signal)
{
	(void)signal;
	siglongjmp(escape, 1);
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
	struct itimerval soon = { .it_value.tv_usec = 20000 };
	int fds[2];
	char byte;
	struct iovec iov = { &byte, 1 };

	CHECK(pipe(fds) == 0);
	sigaction(SIGALRM, &action, NULL);
	for (volatile int i = 0; i < 10; i++) {
		if (sigsetjmp(escape, 1) == 0) {
			setitimer(ITIMER_REAL, &soon, NULL);
			readv(fds[0], &iov, 1);
			return TRACEE_FAILED;
		}
		RAW_CALL0(SYS_getppid);
	}
	return 0;
}
