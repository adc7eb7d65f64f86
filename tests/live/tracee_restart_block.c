/* SPDX-License-Identifier: MIT */
/*
 * A child is stopped and continued twice within one nanosleep and within one poll.
 */
#include "tests/live/tracee.h"

#include <poll.h>
#include <time.h>

static void stop_and_continue(pid_t pid)
{
	int status;

	usleep(50000);
	kill(pid, SIGSTOP);
	CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
	usleep(20000);
	kill(pid, SIGCONT);
	CHECK(waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status));
}

int main(void)
{
	struct timespec span = { 0, 400000000 };
	pid_t pid = fork();

	if (pid == 0) {
		if (syscall(SYS_nanosleep, &span, NULL) != 0)
			_exit(1);
		_exit(syscall(SYS_poll, NULL, 0, 400) == 0 ? 0 : 2);
	}
	stop_and_continue(pid);
	stop_and_continue(pid);
	usleep(350000);
	stop_and_continue(pid);
	stop_and_continue(pid);
	return wait_for(pid);
}
