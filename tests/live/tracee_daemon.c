/* SPDX-License-Identifier: MIT */
/*
 * Exits with 5 at once. Its child starts a session, waits, makes 7 calls, and then creates a file.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>

int main(int argc, char **argv)
{
	pid_t pid = fork();

	CHECK(pid >= 0 && argc > 1);
	if (pid > 0)
		return 5;
	setsid();
	close(0);
	close(1);
	close(2);
	usleep(400000);
	for (int i = 0; i < 7; i++)
		RAW_CALL0(SYS_getppid);
	return open(argv[1], O_CREAT | O_WRONLY, 0600) < 0;
}
