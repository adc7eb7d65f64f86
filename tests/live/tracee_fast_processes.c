/* SPDX-License-Identifier: MIT */
/*
 * Creates processes in every way after sites were patched. All of them make calls at the same
 * sites.
 */
#include "tests/live/tracee.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

#define NR_CALLS 300

static volatile int is_done;

static NOINLINE void call_once(void)
{
	long result = RAW_CALL0(SYS_getppid);

	BARRIER();
	CHECK(result > 0);
	BARRIER();
}

static NOINLINE void call(int nr)
{
	char byte;

	for (int i = 0; i < nr; i++) {
		call_once();
		CHECK(pread(-1, &byte, 1, 0) == -1 && errno == EBADF);
	}
	BARRIER();
}

static void *call_on(void *argument)
{
	while (!is_done) {
		RAW_CALL0(SYS_getpgrp);
		usleep(100);
	}
	return argument;
}

/* Creates children while the other threads of the program are in the middle of calls. */
static void fork_among_threads(void)
{
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, call_on, NULL);
	for (int i = 0; i < 40; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			call(NR_CALLS);
			_exit(0);
		}
		CHECK(wait_for(pid) == 0);
	}
	is_done = 1;
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
}

static void fork_many(void)
{
	pid_t pids[200];

	for (int i = 0; i < 200; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			call(1000);
			_exit(0);
		}
	}
	for (int i = 0; i < 200; i++)
		CHECK(wait_for(pids[i]) == 0);
}

static void vfork_and_execute(char *self)
{
	for (int i = 0; i < 50; i++) {
		pid_t pid = vfork();

		if (pid == 0) {
			call(20);
			execl(self, self, "leaf", NULL);
			_exit(1);
		}
		CHECK(wait_for(pid) == 0);
		call(10);
	}
}

static int child(void *argument)
{
	call(NR_CALLS);
	return *(int *)argument;
}

static void clone_raw(void)
{
	static const int flags[] = { SIGCHLD, CLONE_VM | SIGCHLD, CLONE_VM | CLONE_VFORK | SIGCHLD,
				     CLONE_VM | CLONE_FILES | CLONE_FS | SIGCHLD,
				     CLONE_VM | CLONE_SIGHAND | SIGCHLD };
	const size_t size = 65536;
	char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (int i = 0; i < 40; i++) {
		int status = i % 7;

		CHECK(wait_for(clone(child, stack + size, flags[i % 5], &status)) == status);
		call(10);
	}
}

static void *execute(void *argument)
{
	call(NR_CALLS);
	execl(argument, argument, "leaf", NULL);
	return argument;
}

static void execute_in_thread(char *self)
{
	pthread_t threads[3];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, call_on, NULL);
	pthread_create(&threads[2], NULL, execute, self);
	pthread_join(threads[2], NULL);
	_exit(1);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "leaf";

	call(NR_CALLS);
	if (strcmp(how, "fork") == 0)
		fork_among_threads();
	else if (strcmp(how, "many") == 0)
		fork_many();
	else if (strcmp(how, "vfork") == 0)
		vfork_and_execute(argv[0]);
	else if (strcmp(how, "clone") == 0)
		clone_raw();
	else if (strcmp(how, "exec") == 0)
		execute_in_thread(argv[0]);
	return 0;
}
