/* SPDX-License-Identifier: MIT */
/*
 * Creates a child in each possible way. Each child makes one getppid call and exits with 3.
 */
#include "tests/live/tracee.h"

#include <linux/sched.h>
#include <sched.h>
#include <spawn.h>

extern char **environ;

static int child(void *unused)
{
	(void)unused;
	RAW_CALL0(SYS_getppid);
	_exit(3);
}

static NOINLINE void by_fork(void)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0)
		child(NULL);
	CHECK(wait_for(pid) == 3);
}

static NOINLINE void by_raw_fork(void)
{
	pid_t pid = (pid_t)RAW_CALL0(SYS_fork);

	if (pid == 0)
		child(NULL);
	CHECK(wait_for(pid) == 3);
}

static NOINLINE void by_vfork(void)
{
	pid_t pid = vfork();

	if (pid == 0) {
		RAW_CALL0(SYS_getppid);
		_exit(3);
	}
	CHECK(wait_for(pid) == 3);
}

static NOINLINE void by_clone(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	pid_t pid = clone(child, stack + sizeof(stack), SIGCHLD, NULL);

	CHECK(wait_for(pid) == 3);
	pid = clone(child, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
	CHECK(wait_for(pid) == 3);
}

static NOINLINE void by_clone3(void)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	pid_t pid = (pid_t)RAW_CALL3(SYS_clone3, &args, sizeof(args), 0);

	CHECK(pid >= 0);
	if (pid == 0)
		child(NULL);
	CHECK(wait_for(pid) == 3);
}

static NOINLINE void by_posix_spawn(char *self)
{
	char *arguments[] = { self, (char *)"spawned", NULL };
	pid_t pid;

	CHECK(posix_spawn(&pid, self, NULL, NULL, arguments, environ) == 0);
	CHECK(wait_for(pid) == 3);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		child(NULL);
	by_fork();
	by_raw_fork();
	by_vfork();
	by_clone();
	by_clone3();
	by_posix_spawn(argv[0]);
	return 0;
}
