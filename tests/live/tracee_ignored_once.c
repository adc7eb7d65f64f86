/* SPDX-License-Identifier: MIT */
/*
 * Waits in epoll_wait without a timeout while a child sends a signal that the program ignores. Then
 * the child causes the event.
 */
#include "tests/live/tracee.h"

#include <sys/epoll.h>

int main(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = epoll_create1(0);
	pid_t pid = getpid();
	int fds[2];

	CHECK(pipe(fds) == 0);
	CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fds[0], &event) == 0);
	if (fork() == 0) {
		for (int i = 0; i < 3; i++) {
			usleep(20000);
			kill(pid, i == 1 ? SIGCONT : SIGWINCH);
		}
		usleep(20000);
		CHECK(write(fds[1], "x", 1) == 1);
		_exit(0);
	}
	CHECK(epoll_wait(epoll, &event, 1, -1) == 1);
	return 0;
}
