/* SPDX-License-Identifier: MIT */
/*
 * Installs seccomp filters with every action that lets the program go on. A filter that asks for a
 * tracer finds none, whatever data it passes: its calls fail with ENOSYS (seccomp(2)).
 */
#include "tests/live/tracee.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

#define NR_BEFORE 300 /* calls before there is a filter */
#define NR_TRIES  3

static volatile int nr_trapped;
static volatile int listener = -1;

static void trapped(int signal)
{
	(void)signal;
	nr_trapped++;
}

/* Adds a filter that answers system call @nr with @action. Returns the result of seccomp(2). */
static int add_filter(long nr, unsigned int action, unsigned int flags)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/* A thread without a filter: it answers the calls that the other thread's filter reports here. */
static void *supervise(void *unused)
{
	struct seccomp_notif call;
	struct seccomp_notif_resp answer;

	(void)unused;
	while (listener < 0)
		usleep(1000);
	for (int i = 0; i < 2; i++) {
		memset(&call, 0, sizeof(call));
		CHECK(ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) == 0);
		answer = (struct seccomp_notif_resp){ .id = call.id, .val = 4711 };
		CHECK(ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0);
	}
	return NULL;
}

static int killed_by(unsigned int action)
{
	pid_t pid = fork();

	if (pid == 0) {
		add_filter(SYS_getsid, action, 0);
		getsid(0);
		_exit(0);
	}
	return wait_for(pid);
}

static void expect_enosys(long nr)
{
	for (int i = 0; i < NR_TRIES; i++) {
		CHECK(syscall(nr, 0, 0, 0) == -1 && errno == ENOSYS);
		CHECK(RAW_CALL0(nr) == -ENOSYS);
	}
}

static volatile int is_calling, is_filtered;

static void *make_calls(void *unused)
{
	(void)unused;
	for (int i = 0; i < NR_BEFORE; i++)
		CHECK(syscall(SYS_getegid) >= 0);
	is_calling = 1;
	while (!is_filtered)
		syscall(SYS_getegid);
	expect_enosys(SYS_getegid);
	return NULL;
}

static void try_actions(void)
{
	pthread_t supervisor;
	pid_t pid;

	CHECK(pthread_create(&supervisor, NULL, supervise, NULL) == 0);
	for (int i = 0; i < NR_BEFORE; i++)
		CHECK(syscall(SYS_getppid) > 0);
	CHECK(killed_by(SECCOMP_RET_KILL_PROCESS) == 128 + SIGSYS);
	CHECK(killed_by(SECCOMP_RET_KILL_THREAD) == 128 + SIGSYS);
	CHECK(add_filter(SYS_getppid, SECCOMP_RET_TRACE, 0) == 0);
	expect_enosys(SYS_getppid);
	CHECK(add_filter(SYS_getpgrp, SECCOMP_RET_TRACE | 7, 0) == 0);
	expect_enosys(SYS_getpgrp);
	CHECK(add_filter(SYS_geteuid, SECCOMP_RET_TRACE | 0xffff, 0) == 0);
	expect_enosys(SYS_geteuid);
	CHECK(add_filter(SYS_getuid, SECCOMP_RET_ERRNO | EACCES, 0) == 0);
	CHECK(RAW_CALL0(SYS_getuid) == -EACCES);
	CHECK(add_filter(SYS_getgid, SECCOMP_RET_LOG, 0) == 0);
	CHECK(RAW_CALL0(SYS_getgid) == (long)getgid());
	CHECK(add_filter(SYS_sched_yield, SECCOMP_RET_TRAP, 0) == 0);
	RAW_CALL0(SYS_sched_yield);
	CHECK(nr_trapped == 1);
	listener = add_filter(SYS_getpriority, SECCOMP_RET_USER_NOTIF,
			      SECCOMP_FILTER_FLAG_NEW_LISTENER);
	CHECK(listener >= 0);
	CHECK(syscall(SYS_getpriority, 0, 0) == 4711);
	CHECK(RAW_CALL0(SYS_getpriority) == 4711);
	CHECK(pthread_join(supervisor, NULL) == 0);
	/* The child inherits the filters. */
	pid = fork();
	if (pid == 0) {
		expect_enosys(SYS_getppid);
		_exit(0);
	}
	CHECK(wait_for(pid) == 0);
}

/* Another thread gets the filter while it makes calls that no longer stop. */
static void filter_thread(void)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, make_calls, NULL) == 0);
	while (!is_calling)
		usleep(1000);
	CHECK(add_filter(SYS_getegid, SECCOMP_RET_TRACE, SECCOMP_FILTER_FLAG_TSYNC) == 0);
	is_filtered = 1;
	CHECK(pthread_join(thread, NULL) == 0);
	expect_enosys(SYS_getegid);
}

int main(int argc, char **argv)
{
	signal(SIGSYS, trapped);
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	if (argc > 1 && strcmp(argv[1], "threads") == 0)
		filter_thread();
	else
		try_actions();
	return 0;
}
