/* SPDX-License-Identifier: MIT */
/*
 * Prints "ready" and waits for any signal. With "catch", it handles SIGINT and SIGTERM, and then
 * exits with 10.
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
