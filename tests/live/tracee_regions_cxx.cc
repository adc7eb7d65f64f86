/* SPDX-License-Identifier: MIT */
/*
 * Regions of C++ end with their block, even if an exception leaves it. Compiled as C++98.
 */
#include <unistd.h>

#include "include/scprof/scprof.h"

static void parse(bool throws)
{
	scprof_region region("parse");

	getppid();
	getppid();
	if (throws)
		throw 1;
}

int main()
{
	for (int i = 0; i < 100; i++) {
		scprof_region region("load");

		try {
			parse(i % 2 != 0);
		} catch (int) {
		}
		getppid();
		{
			scprof_pause_block pause;

			getpgrp();
		}
	}
	getppid();
	return 0;
}
