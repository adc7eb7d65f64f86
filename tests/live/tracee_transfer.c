/* SPDX-License-Identifier: MIT */
/*
 * Writes 1000 bytes ten times, and sleeps once for 50 ms.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <time.h>

int main(void)
{
	struct timespec span = { 0, 50000000 };
	char block[1000] = { 0 };
	int fd = open("/dev/null", O_WRONLY);

	for (int i = 0; i < 10; i++)
		CHECK(write(fd, block, sizeof(block)) == sizeof(block));
	return (int)syscall(SYS_nanosleep, &span, NULL);
}
