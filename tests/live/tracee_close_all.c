/* SPDX-License-Identifier: MIT */
/*
 * Closes every file descriptor that it may have, then makes 5 calls and exits with 8.
 */
#include "tests/live/tracee.h"

int main(void)
{
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	for (int i = 0; i < 5; i++)
		RAW_CALL0(SYS_getppid);
	return 8;
}
