/* SPDX-License-Identifier: MIT */
/*
 * Creates 200 children before it waits for the first one. Each child makes one call.
 */
#include "tests/live/tracee.h"

int main(void)
{
	int nr_seen = 0;

	for (int i = 0; i < 200; i++) {
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0) {
			RAW_CALL0(SYS_getppid);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		nr_seen++;
	return nr_seen == 200 ? 0 : TRACEE_FAILED;
}
