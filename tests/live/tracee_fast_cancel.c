/* SPDX-License-Identifier: MIT */
/*
 * Cancels threads that are blocked in read, poll or nanosleep, at sites that have made many calls.
 */
#include "tests/live/tracee.h"

#include <poll.h>
#include <pthread.h>
#include <time.h>

#define NR_WARM	  100
#define NR_ROUNDS 20

static int data[2];
static int is_asynchronous;
static int nr_cleaned;
static volatile pid_t blocked_tid;

static void clean_up(void *argument)
{
	(void)argument;
	RAW_CALL0(SYS_getpgrp);
	nr_cleaned++;
}

static NOINLINE void call(int which, int is_blocking)
{
	struct timespec pause = { is_blocking ? 1000 : 0, is_blocking ? 0 : 1 };
	struct pollfd polled = { data[0], POLLIN, 0 };
	char byte;

	if (which == 0) {
		if (!is_blocking)
			CHECK(write(data[1], "x", 1) == 1);
		CHECK(read(data[0], &byte, 1) == 1);
	} else if (which == 1) {
		CHECK(poll(&polled, 1, is_blocking ? 1000000 : 0) == 0);
	} else {
		CHECK(nanosleep(&pause, NULL) == 0);
	}
	BARRIER();
}

static void *run(void *argument)
{
	int which = *(int *)argument;

	if (is_asynchronous)
		pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	pthread_cleanup_push(clean_up, NULL);
	for (int i = 0; i < NR_WARM; i++)
		call(which, 0);
	blocked_tid = (pid_t)syscall(SYS_gettid);
	call(which, 1);
	pthread_cleanup_pop(0);
	return NULL;
}

static int is_sleeping(pid_t tid)
{
	char path[64], line[256] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)tid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	CHECK(fgets(line, sizeof(line), file));
	fclose(file);
	return strstr(line, ") S ") != NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	void *result;

	(void)argv;
	is_asynchronous = argc > 1;
	CHECK(pipe(data) == 0);
	for (int round = 0; round < NR_ROUNDS; round++) {
		for (int which = 0; which < 3; which++) {
			blocked_tid = 0;
			pthread_create(&thread, NULL, run, &which);
			while (!blocked_tid || !is_sleeping(blocked_tid))
				usleep(1000);
			pthread_cancel(thread);
			CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
		}
	}
	CHECK(nr_cleaned == 3 * NR_ROUNDS);
	return 0;
}
