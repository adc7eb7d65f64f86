/* SPDX-License-Identifier: MIT */
/*
 * Makes calls through libc that fail. Each must return -1 and set errno.
 */
#include "tests/live/tracee.h"

#include <errno.h>

int main(void)
{
	for (int i = 0; i < 100; i++) {
		errno = 0;
		CHECK(getppid() > 0);
		CHECK(fdatasync(-1) == -1 && errno == EBADF);
		errno = 0;
		CHECK(syscall(SYS_dup, -1) == -1 && errno == EBADF);
	}
	return 0;
}
