/* SPDX-License-Identifier: MIT */
/*
 * A signal handler makes calls. It is invoked through raise(3), on an alternate stack, and from a
 * running loop.
 */
#include "tests/live/tracee.h"

#include <sys/time.h>

static volatile int nr_handled;

static NOINLINE void in_handler(void)
{
	RAW_CALL0(SYS_getppid);
	BARRIER();
}

static void handler(int signal)
{
	(void)signal;
	in_handler();
	nr_handled++;
}

static NOINLINE void raising(void)
{
	raise(SIGUSR1);
	BARRIER();
}

static NOINLINE void raising_on_stack(void)
{
	raise(SIGUSR2);
	BARRIER();
}

static NOINLINE void spinning(void)
{
	struct itimerval soon = { .it_value.tv_usec = 2000 };
	int before = nr_handled;

	setitimer(ITIMER_REAL, &soon, NULL);
	while (nr_handled == before)
		;
}

int main(void)
{
	static char stack[65536];
	stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_handler = handler };

	CHECK(sigaltstack(&alternative, NULL) == 0);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	action.sa_flags = SA_ONSTACK;
	sigaction(SIGUSR2, &action, NULL);
	for (int i = 0; i < 10; i++) {
		raising();
		raising_on_stack();
		spinning();
	}
	return nr_handled == 30 ? 0 : TRACEE_FAILED;
}
