// SPDX-License-Identifier: MIT
/*
 * libelf maps files into memory. While the program runs, it may truncate its own files, as linkers
 * and installers do. Then a process that reads such a mapping is killed by SIGBUS. So files that
 * are read while the program runs are copied first.
 */
#include <errno.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "profile/symbols/binary_parts.h"

#define MAX_COPY (16ll << 20) /* bytes; larger files are read after the program has ended */

static _Thread_local bool is_copying, has_left_out;

void binary_copy_files(void)
{
	is_copying = true;
}

bool binary_has_left_out(void)
{
	bool result = has_left_out;

	has_left_out = false;
	return result;
}

static bool copy(int from, int to, off_t size)
{
	off_t at = 0;

	while (at < size)
		if (sendfile(to, from, &at, (size_t)(size - at)) <= 0)
			return false;
	return true;
}

int binary_copy(int fd)
{
	struct stat status;
	int memory;

	if (!is_copying)
		return fd;
	memory = fstat(fd, &status) == 0 && status.st_size <= MAX_COPY
			 ? memfd_create("binary", MFD_CLOEXEC)
			 : -1;
	if (memory >= 0 && copy(fd, memory, status.st_size)) {
		close(fd);
		return memory;
	}
	has_left_out = true;
	close(fd);
	if (memory >= 0)
		close(memory);
	return -EFBIG;
}
