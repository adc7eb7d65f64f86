/* SPDX-License-Identifier: MIT */
/*
 * Makes 10 calls in a thread named "before", renames it to "after", and makes 20 more.
 */
#include "tests/live/tracee.h"

#include <pthread.h>
#include <sys/prctl.h>

static void *worker(void *unused)
{
	prctl(PR_SET_NAME, "before");
	for (int i = 0; i < 10; i++)
		RAW_CALL0(SYS_getppid);
	prctl(PR_SET_NAME, "after");
	for (int i = 0; i < 20; i++)
		RAW_CALL0(SYS_getppid);
	return unused;
}

int main(void)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, worker, NULL) == 0);
	pthread_join(thread, NULL);
	return 0;
}
