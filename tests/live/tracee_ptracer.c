/* SPDX-License-Identifier: MIT */
/*
 * A child asks to be traced. Exits with 0 if that works, and with 1 if the kernel answers EPERM.
 */
#include "tests/live/tracee.h"

#include <sys/ptrace.h>

int main(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		long result = ptrace(PTRACE_TRACEME, 0, NULL, NULL);

		_exit(result == 0 ? 0 : errno == EPERM ? 1 : TRACEE_FAILED);
	}
	return wait_for(pid);
}
