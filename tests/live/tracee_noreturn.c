/* SPDX-License-Identifier: MIT */
/*
 * Makes a call below a function whose last instruction calls a function that never returns.
 */
#include "tests/live/tracee.h"

__attribute__((noreturn)) static NOINLINE void leave(void)
{
	RAW_CALL0(SYS_getppid);
	exit(0);
}

__attribute__((noreturn)) static NOINLINE void ends_in_a_call(void)
{
	leave();
}

__attribute__((noreturn)) static NOINLINE void never_called(void)
{
	_exit(TRACEE_FAILED);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 100)
		never_called();
	ends_in_a_call();
}
