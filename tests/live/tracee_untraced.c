/* SPDX-License-Identifier: MIT */
/*
 * Creates children with CLONE_UNTRACED, by clone and by clone3. The calls of the children must
 * work.
 */
#include "tests/live/tracee.h"

#include <linux/sched.h>
#include <sched.h>

static int child(void *unused)
{
	(void)unused;
	for (int i = 0; i < 5; i++)
		if (RAW_CALL0(SYS_getppid) <= 0)
			_exit(TRACEE_FAILED);
	_exit(3);
}

int main(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	struct clone_args args = { .flags = CLONE_UNTRACED, .exit_signal = SIGCHLD };
	pid_t pid = clone(child, stack + sizeof(stack), CLONE_UNTRACED | SIGCHLD, NULL);

	CHECK(pid > 0);
	CHECK(wait_for(pid) == 3);
	pid = (pid_t)RAW_CALL3(SYS_clone3, &args, sizeof(args), 0);
	CHECK(pid >= 0);
	if (pid == 0)
		child(NULL);
	CHECK(wait_for(pid) == 3);
	CHECK(args.flags == CLONE_UNTRACED);
	return 0;
}
