/* SPDX-License-Identifier: MIT */
/*
 * Lowers RLIMIT_NOFILE to 3. After that, opening a file fails with EMFILE, twice.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <sys/resource.h>

int main(void)
{
	struct rlimit limit = { 3, 3 };

	for (int fd = 3; fd < 1024; fd++)
		close(fd);
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	CHECK(open("/", O_RDONLY) == -1 && errno == EMFILE);
	CHECK(open("/", O_RDONLY) == -1 && errno == EMFILE);
	RAW_CALL0(SYS_getppid);
	return 0;
}
