/* SPDX-License-Identifier: MIT */
/*
 * Prints what the program can see of seccomp filters, and what the strict mode does to its
 * children. The output must be the same as without scprof.
 */
#include "tests/live/tracee.h"

#include <linux/seccomp.h>
#include <sys/prctl.h>

static NOINLINE void call_getppid(void)
{
	getppid();
	BARRIER();
}

static void print_lines(const char *path, const char *start)
{
	FILE *file = fopen(path, "r");
	char line[256];

	CHECK(file);
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, start, strlen(start)) == 0)
			fputs(line, stdout);
	fclose(file);
}

/*
 * A child sets the strict mode, makes a permitted call, and then makes call @nr. Returns how the
 * child ends.
 */
static int end_in_strict_mode(long nr)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) < 0)
			_exit(errno);
		if (write(STDOUT_FILENO, "strict\n", 7) != 7)
			RAW_CALL3(SYS_exit, 98, 0, 0);
		RAW_CALL3(nr, 4, 0, 0);
		RAW_CALL3(SYS_exit, 5, 0, 0);
	}
	return wait_for(pid);
}

int main(void)
{
	call_getppid();
	printf("PR_GET_SECCOMP %d\n", prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
	printf("PR_GET_NO_NEW_PRIVS %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	print_lines("/proc/self/status", "Seccomp");
	print_lines("/proc/self/status", "NoNewPrivs");
	printf("strict: exit %d\n", end_in_strict_mode(SYS_exit));
	printf("strict: getpgrp %d\n", end_in_strict_mode(SYS_getpgrp));
	return 0;
}
