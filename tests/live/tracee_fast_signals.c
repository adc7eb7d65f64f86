/* SPDX-License-Identifier: MIT */
/*
 * Makes calls while signals arrive at any instruction, from a timer, a thread or a process. The
 * handler checks that it interrupted code which existed at the start, and that its backtrace
 * reaches main's caller.
 */
#include "tests/live/tracee.h"

#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/time.h>
#include <ucontext.h>

#define NR_CALLS   100000
#define NR_SIGNALS 1500
#define MAX_RANGES 64
#define MAX_FRAMES 64

static struct {
	uint64_t start, end;
} ranges[MAX_RANGES];
static int nr_ranges;
static void *outermost; /* return address of main */
static volatile int nr_handled;
static volatile int is_done;

static void read_ranges(void)
{
	FILE *file = fopen("/proc/self/maps", "r");
	char line[512], flags[5];
	unsigned long start, end;

	while (fgets(line, sizeof(line), file) && nr_ranges < MAX_RANGES) {
		if (sscanf(line, "%lx-%lx %4s", &start, &end, flags) == 3 && flags[2] == 'x') {
			ranges[nr_ranges].start = start;
			ranges[nr_ranges++].end = end;
		}
	}
	fclose(file);
}

static void check_place(uint64_t ip, uint64_t sp, const void *here)
{
	uint64_t distance = sp - (uint64_t)(uintptr_t)here;

	for (int i = 0; i < nr_ranges; i++) {
		if (ip >= ranges[i].start && ip < ranges[i].end) {
			CHECK(distance < 65536);
			return;
		}
	}
	fprintf(stderr, "interrupted at %lx\n", (unsigned long)ip);
	_exit(TRACEE_FAILED);
}

static void check_backtrace(void)
{
	void *frames[MAX_FRAMES];
	int nr = backtrace(frames, MAX_FRAMES);

	for (int i = 0; i < nr; i++)
		if (frames[i] == outermost)
			return;
	fprintf(stderr, "main is not among %d frames\n", nr);
	backtrace_symbols_fd(frames, nr, 2);
	_exit(TRACEE_FAILED);
}

static void handler(int signal, siginfo_t *info, void *context)
{
	const ucontext_t *interrupted = context;
	int kept_errno = errno;

	(void)signal;
	(void)info;
	check_place((uint64_t)interrupted->uc_mcontext.gregs[REG_RIP],
		    (uint64_t)interrupted->uc_mcontext.gregs[REG_RSP], &kept_errno);
	check_backtrace();
	RAW_CALL0(SYS_getpgrp);
	nr_handled++;
	errno = kept_errno;
}

static NOINLINE long raw(void)
{
	long result = RAW_CALL0(SYS_getppid);

	BARRIER();
	return result;
}

static NOINLINE int work(void)
{
	pid_t parent = getppid();
	int nr = 0;
	char byte;

	for (; nr < NR_CALLS || nr_handled < NR_SIGNALS; nr++) {
		CHECK(raw() == parent);
		/* A compare follows this call, and the call fails. */
		CHECK(syscall(SYS_dup, -1) == -1 && errno == EBADF);
		CHECK(pread(-1, &byte, 1, 0) == -1 && errno == EBADF);
	}
	return nr;
}

static void step(int signal)
{
	(void)signal;
	nr_handled++;
	RAW_CALL0(SYS_getpgrp);
}

/* Sends itself a signal at each instruction, by means of the trap flag (bit 8). */
static void step_self(void)
{
	pid_t parent = getppid();

	for (int i = 0; i < 300; i++)
		CHECK(raw() == parent);
	signal(SIGTRAP, step);
	for (int i = 0; i < 20; i++) {
		__asm__ volatile(
			"leaq -128(%%rsp), %%rsp; pushfq; orq $0x100, (%%rsp); popfq; leaq 128(%%rsp), %%rsp" ::
				: "memory", "cc");
		raw();
		syscall(SYS_dup, -1);
		__asm__ volatile(
			"leaq -128(%%rsp), %%rsp; pushfq; andq $~0x100, (%%rsp); popfq; leaq 128(%%rsp), %%rsp" ::
				: "memory", "cc");
	}
	printf("%d\n", nr_handled);
}

/* A child that is stopped and continued all the time, starting before its first call. */
static int work_with_pauses(void)
{
	pid_t target = getpid(), pid = fork();
	int nr = 0, status;

	if (pid == 0) {
		for (int i = 0; i < 400; i++) {
			kill(target, SIGSTOP);
			kill(target, SIGCONT);
		}
		_exit(0);
	}
	do {
		raw();
		nr++;
	} while (nr < NR_CALLS || waitpid(pid, &status, WNOHANG) == 0);
	CHECK(open("/dev/null", O_RDONLY) == 3);
	return nr;
}

static void *bombard_thread(void *argument)
{
	pid_t target = *(pid_t *)argument;

	while (!is_done)
		syscall(SYS_tgkill, target, target, SIGUSR1);
	return NULL;
}

static pid_t bombard_process(pid_t target)
{
	pid_t pid = fork();

	if (pid == 0)
		while (kill(target, SIGUSR1) == 0)
			;
	return pid;
}

static void bombard_timer(long microseconds)
{
	struct itimerval timer = { { 0, microseconds }, { 0, microseconds } };

	CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

int main(int argc, char **argv)
{
	const char *who = argc > 1 ? argv[1] : "timer";
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_RESTART | SA_SIGINFO };
	pid_t self = getpid(), child = 0;
	pthread_t thread = 0;
	void *frames[MAX_FRAMES];
	int nr = backtrace(frames, MAX_FRAMES);

	CHECK(nr >= 2);
	outermost = frames[1];
	if (strcmp(who, "self") == 0) {
		step_self();
		return 0;
	}
	if (strcmp(who, "job") == 0) {
		printf("%d\n", work_with_pauses());
		return 0;
	}
	read_ranges();
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	if (strcmp(who, "thread") == 0)
		pthread_create(&thread, NULL, bombard_thread, &self);
	else if (strcmp(who, "process") == 0)
		child = bombard_process(self);
	else
		bombard_timer(150);
	nr = work();
	bombard_timer(0);
	if (child) {
		kill(child, SIGKILL);
		CHECK(wait_for(child) == 128 + SIGKILL);
	}
	is_done = 1;
	if (thread)
		pthread_join(thread, NULL);
	action.sa_sigaction = NULL;
	action.sa_handler = SIG_IGN;
	sigaction(SIGUSR1, &action, NULL);
	printf("%d %d\n", nr, nr_handled);
	return 0;
}
