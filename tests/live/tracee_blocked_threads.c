/* SPDX-License-Identifier: MIT */
/*
 * Calls exit_group(6) while four threads are inside readv.
 */
#include "tests/live/tracee.h"

#include <pthread.h>
#include <sys/uio.h>

static int pipe_fds[2];
static volatile int nr_started;

static void *worker(void *unused)
{
	char byte;
	struct iovec iov = { &byte, 1 };

	__sync_fetch_and_add(&nr_started, 1);
	readv(pipe_fds[0], &iov, 1);
	return unused;
}

int main(void)
{
	pthread_t thread;

	CHECK(pipe(pipe_fds) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&thread, NULL, worker, NULL) == 0);
	while (nr_started < 4)
		;
	usleep(300000);
	_exit(6);
}
