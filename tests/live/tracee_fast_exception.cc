/* SPDX-License-Identifier: MIT */
/*
 * Signal handlers that throw: from a fault, and from a blocked call at a site that has made many
 * calls. Must be compiled with -fnon-call-exceptions.
 */
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/syscall.h>
#include <unistd.h>

static int data[2], requests[2];
static int *volatile nowhere;

static void thrower(int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	sigprocmask(SIG_UNBLOCK, &set, nullptr);
	throw signal;
}

static __attribute__((noinline)) long raw_read()
{
	char byte;
	long result;

	asm volatile("syscall"
		     : "=a"(result)
		     : "0"((long)SYS_read), "D"((long)data[0]), "S"(&byte), "d"(1l)
		     : "rcx", "r11", "memory");
	return result;
}

/* Sends a signal once the program has asked for it and sleeps. */
static void send_signals(pid_t target)
{
	char path[64], line[512], byte;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)target);
	while (read(requests[0], &byte, 1) == 1) {
		do {
			FILE *file = fopen(path, "r");

			if (!file || !fgets(line, sizeof(line), file))
				_exit(1);
			fclose(file);
		} while (!strstr(line, ") S "));
		kill(target, SIGALRM);
	}
	_exit(0);
}

static __attribute__((noinline)) int thrown_by_call()
{
	if (write(requests[1], "x", 1) != 1)
		return 0;
	try {
		raw_read();
	} catch (int signal) {
		return signal;
	}
	return 0;
}

static __attribute__((noinline)) int thrown_by_fault()
{
	try {
		*nowhere = 1;
	} catch (int signal) {
		return signal;
	}
	return 0;
}

int main()
{
	if (pipe(data) != 0 || pipe(requests) != 0)
		return 99;
	if (fork() == 0) {
		close(requests[1]);
		send_signals(getppid());
	}
	signal(SIGALRM, thrower);
	signal(SIGSEGV, thrower);
	for (int i = 0; i < 300; i++)
		if (write(data[1], "x", 1) != 1 || raw_read() != 1)
			return 98;
	for (int i = 0; i < 50; i++)
		if (thrown_by_fault() != SIGSEGV)
			return 97;
	for (int i = 0; i < 50; i++)
		if (thrown_by_call() != SIGALRM)
			return 96;
	return 0;
}
