// SPDX-License-Identifier: MIT
/*
 * The helper has its socket and its pipe at fixed numbers (scprof/handshake.h).
 */
#include "cli/run/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#define FIRST_OWN_FD 16 /* above the low numbers, which the helper uses */

int descriptor_move_up(int fd)
{
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_OWN_FD);

	if (moved < 0)
		return fd;
	close(fd);
	return moved;
}
