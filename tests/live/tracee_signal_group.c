/* SPDX-License-Identifier: MIT */
/*
 * Sends its process group a signal, and returns how often it got that itself.
 */
#include "tests/live/tracee.h"

static volatile sig_atomic_t nr;

static void handler(int signal)
{
	(void)signal;
	nr++;
}

int main(void)
{
	signal(SIGUSR1, handler);
	CHECK(kill(0, SIGUSR1) == 0);
	for (int i = 0; i < 30; i++)
		usleep(10000);
	return nr;
}
