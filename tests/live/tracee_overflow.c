/* SPDX-License-Identifier: MIT */
/*
 * Overflows its stack. A handler on another stack makes a call and leaves by longjmp.
 */
#include "tests/live/tracee.h"

#include <setjmp.h>

static sigjmp_buf rescue;

static NOINLINE int runaway(int depth)
{
	volatile char block[4096];

	block[depth & 4095] = 1;
	return depth < 0 ? 0 : runaway(depth + 1) + block[depth & 4095];
}

static void handler(int signal)
{
	(void)signal;
	RAW_CALL0(SYS_getppid);
	siglongjmp(rescue, 1);
}

int main(void)
{
	static char stack[65536];
	stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_ONSTACK };

	CHECK(sigaltstack(&alternative, NULL) == 0);
	CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
	if (sigsetjmp(rescue, 1) == 0)
		return runaway(0);
	return 0;
}
