/* SPDX-License-Identifier: MIT */
/*
 * The init process of a new pid namespace (needs root) makes 10 calls, then sends itself a signal
 * or faults, and makes one more call if it survives. Prints how it ended. The kernel has special
 * rules for the signals of such a process: see helper/restart/init_signal.c.
 */
#include "tests/live/tracee.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <ucontext.h>

#define NR_CALLS 10

static void handler(int signal)
{
	_exit(signal);
}

static void *wait_long(void *argument)
{
	for (;;)
		pause();
	return argument;
}

static void *fault(void *argument)
{
	*(volatile int *)argument = 0;
	return NULL;
}

static void raise_like_a_fault(int signal)
{
	siginfo_t info = { .si_signo = signal, .si_code = SEGV_MAPERR };

	syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), signal, &info);
}

static void touch_behind_file_end(void)
{
	int fd = memfd_create("empty", 0);

	*(volatile char *)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) = 1;
}

static void send_to_itself(const char *how)
{
	if (strcmp(how, "term") == 0)
		raise(SIGTERM);
	else if (strcmp(how, "stop") == 0)
		raise(SIGSTOP);
	else if (strcmp(how, "kill") == 0)
		raise(SIGKILL);
	else if (strcmp(how, "realtime") == 0)
		raise(SIGRTMIN);
	else if (strcmp(how, "like_a_fault") == 0)
		raise_like_a_fault(SIGSEGV);
	else if (strcmp(how, "abort") == 0)
		abort();
}

static void do_wrong(const char *how)
{
	sigset_t all;
	pthread_t thread;

	sigfillset(&all);
	if (strcmp(how, "segv_blocked") == 0)
		sigprocmask(SIG_SETMASK, &all, NULL);
	if (strcmp(how, "segv_ignored") == 0)
		signal(SIGSEGV, SIG_IGN);
	if (strcmp(how, "segv_caught") == 0)
		signal(SIGSEGV, handler);
	if (strcmp(how, "segv_threads") == 0)
		pthread_create(&thread, NULL, wait_long, NULL);
	if (strcmp(how, "segv_in_thread") == 0) {
		pthread_create(&thread, NULL, fault, NULL);
		wait_long(NULL);
	}
	if (strncmp(how, "segv", 4) == 0)
		fault(NULL);
	else if (strcmp(how, "bus") == 0)
		touch_behind_file_end();
	else if (strcmp(how, "ill") == 0)
		__builtin_trap();
	else if (strcmp(how, "fpe") == 0)
		__asm__ volatile("divl %0" : : "r"(0), "a"(0), "d"(0));
	else if (strcmp(how, "trap") == 0)
		__asm__ volatile("int3");
	else
		send_to_itself(how);
}

static void be_init(const char *how)
{
	for (int i = 0; i < NR_CALLS; i++)
		RAW_CALL0(SYS_getppid);
	do_wrong(how);
	RAW_CALL0(SYS_getpgrp);
	_exit(0);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "segv";
	int status;

	CHECK(unshare(CLONE_NEWPID) == 0);
	if (fork() == 0)
		be_init(how);
	CHECK(wait(&status) > 0);
	printf("%s: exit %d, signal %d\n", how, WEXITSTATUS(status), WTERMSIG(status));
	return WTERMSIG(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
