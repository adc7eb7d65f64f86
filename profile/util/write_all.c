// SPDX-License-Identifier: MIT
/*
 * write(2) may write less than it is given.
 */
#include "profile/util/write_all.h"

#include <errno.h>
#include <unistd.h>

int write_all(int fd, const void *data, size_t size)
{
	const char *rest = data;

	while (size) {
		ssize_t written = write(fd, rest, size);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			rest += written;
			size -= (size_t)written;
		}
	}
	return 0;
}
