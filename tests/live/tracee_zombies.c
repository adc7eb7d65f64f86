/* SPDX-License-Identifier: MIT */
/*
 * Ends while ten of its children are zombies.
 */
#include "tests/live/tracee.h"

int main(void)
{
	for (int i = 0; i < 10; i++) {
		siginfo_t info;
		pid_t pid = fork();

		if (pid == 0) {
			RAW_CALL0(SYS_getppid);
			_exit(i);
		}
		CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
		CHECK(info.si_status == i);
	}
	return 0;
}
