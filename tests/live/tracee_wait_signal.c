/* SPDX-License-Identifier: MIT */
/*
 * Says "ready", waits for any signal; exits with 10 when SIGINT was handled and "catch" given.
 */
#include "tests/live/tracee.h"

static void handler(int signal)
{
	(void)signal;
	_exit(10);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		signal(SIGINT, handler);
		signal(SIGTERM, handler);
	}
	RAW_CALL0(SYS_getppid);
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
