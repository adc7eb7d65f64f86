/* SPDX-License-Identifier: MIT */
/*
 * Copies itself to a file, runs that, removes it, and then makes calls from the removed code.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

static NOINLINE void orphaned_code(void)
{
	RAW_CALL0(SYS_getppid);
	BARRIER();
}

static void run_copy(char *path)
{
	char *arguments[] = { path, path, (char *)"removed", NULL };
	int from = open("/proc/self/exe", O_RDONLY);
	int to = open(path, O_WRONLY | O_CREAT | O_EXCL, 0700);
	struct stat stat;

	CHECK(from >= 0 && to >= 0 && fstat(from, &stat) == 0);
	CHECK(sendfile(to, from, NULL, (size_t)stat.st_size) == stat.st_size);
	close(to);
	execv(path, arguments);
	CHECK(!"execv");
}

int main(int argc, char **argv)
{
	CHECK(argc > 1);
	if (argc == 2)
		run_copy(argv[1]);
	CHECK(unlink(argv[1]) == 0);
	for (int i = 0; i < 8; i++)
		orphaned_code();
	return 0;
}
