/* SPDX-License-Identifier: MIT */
/*
 * Creates processes and threads, and executes programs, in ways that C libraries do not use. Each
 * child makes three calls of getppid, which must be counted, or executes this program, which makes
 * them. Everything is done three times: by syscall(2), by an instruction of its own, and by
 * syscall(2) in a thread.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define STACK_SIZE (256 << 10)

static char *program;
static char *const no_environment[] = { NULL };
static bool is_raw;

/* A macro, so that the child of a vfork does not return from a function. */
#define CALL5(nr, a, b, c, d, e)                                                            \
	({                                                                                  \
		long value_;                                                                \
		if (is_raw) {                                                               \
			register long r10_ __asm__("r10") = (long)(d);                      \
			register long r8_ __asm__("r8") = (long)(e);                        \
			__asm__ volatile("syscall"                                          \
					 : "=a"(value_)                                     \
					 : "0"((long)(nr)), "D"((long)(a)), "S"((long)(b)), \
					   "d"((long)(c)), "r"(r10_), "r"(r8_)              \
					 : "rcx", "r11", "memory");                         \
		} else {                                                                    \
			value_ = syscall((nr), (long)(a), (long)(b), (long)(c), (long)(d),  \
					 (long)(e));                                        \
			value_ = value_ < 0 ? -errno : value_;                              \
		}                                                                           \
		value_;                                                                     \
	})

static NOINLINE void be_child(void)
{
	for (int i = 0; i < 3; i++)
		RAW_CALL0(SYS_getppid);
	RAW_CALL3(SYS_exit_group, 7, 0, 0);
}

/* Waits for the process, whatever signal its end sends, or none (__WALL). */
static void expect_end(long pid, int expected)
{
	int status;

	CHECK(pid > 0);
	CHECK(waitpid((pid_t)pid, &status, __WALL) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == expected);
}

static NOINLINE void try_clone(unsigned long flags)
{
	pid_t tid = 0;
	int pidfd = -1;
	void *third = flags & CLONE_PIDFD ? (void *)&pidfd : (void *)&tid;
	long pid = CALL5(SYS_clone, flags, 0, third, &tid, 0);

	if (pid == 0)
		be_child();
	expect_end(pid, 7);
	if (flags & CLONE_PIDFD)
		CHECK(pidfd >= 0 && close(pidfd) == 0);
}

static int run_child(void *unused)
{
	(void)unused;
	be_child();
	return 0;
}

/* On a separate stack, in the memory of its parent. glibc's clone() takes care of the return. */
static void try_shared_memory(int flags)
{
	char *stack =
		mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(stack != MAP_FAILED);
	expect_end(clone(run_child, stack + STACK_SIZE, flags, NULL), 7);
	CHECK(munmap(stack, STACK_SIZE) == 0);
}

static NOINLINE void try_clone3(struct clone_args args, long expected)
{
	struct clone_args before = args;
	long pid = CALL5(SYS_clone3, &args, sizeof(args), 0, 0, 0);

	if (pid == 0)
		be_child();
	CHECK(memcmp(&args, &before, sizeof(args)) == 0);
	if (expected < 0)
		CHECK(pid == expected);
	else
		expect_end(pid, 7);
}

/* Uses the previous process id again, which is free by then. Another process may take it first. */
static void try_set_tid(void)
{
	pid_t tid;
	struct clone_args args = { .exit_signal = SIGCHLD,
				   .set_tid = (uintptr_t)&tid,
				   .set_tid_size = 1 };
	long pid = CALL5(SYS_fork, 0, 0, 0, 0, 0);

	if (pid == 0)
		be_child();
	expect_end(pid, 7);
	tid = (pid_t)pid;
	pid = CALL5(SYS_clone3, &args, sizeof(args), 0, 0, 0);
	if (pid == 0)
		be_child();
	/* Without root, or if the id is taken: creates a child as the others do. */
	if (pid == -EPERM || pid == -EEXIST) {
		try_clone(SIGCHLD);
		return;
	}
	CHECK(pid == tid);
	expect_end(pid, 7);
}

static void try_clone3_kinds(void)
{
	int pidfd = -1;

	try_clone3((struct clone_args){ .exit_signal = SIGCHLD }, 0);
	try_clone3((struct clone_args){ .exit_signal = 0 }, 0);
	try_clone3((struct clone_args){ .flags = CLONE_UNTRACED, .exit_signal = SIGCHLD }, 0);
	try_clone3((struct clone_args){ .flags = CLONE_FILES | CLONE_FS, .exit_signal = SIGCHLD },
		   0);
	try_clone3((struct clone_args){ .flags = CLONE_CLEAR_SIGHAND, .exit_signal = SIGCHLD }, 0);
	try_clone3((struct clone_args){ .flags = CLONE_PIDFD,
					.pidfd = (uintptr_t)&pidfd,
					.exit_signal = SIGCHLD },
		   0);
	CHECK(pidfd >= 0 && close(pidfd) == 0);
	/* This descriptor is not that of a cgroup. */
	try_clone3((struct clone_args){ .flags = CLONE_INTO_CGROUP,
					.cgroup = 0xffff,
					.exit_signal = SIGCHLD },
		   -EBADF);
	try_clone3((struct clone_args){ .flags = CLONE_THREAD }, -EINVAL);
	try_set_tid();
}

static NOINLINE void try_vfork(void)
{
	volatile long failed = 0; /* written by the child */
	long pid = RAW_CALL0(SYS_vfork);

	if (pid == 0)
		be_child();
	expect_end(pid, 7);
	/* The child executes a program, after an attempt to execute a missing one. */
	pid = RAW_CALL0(SYS_vfork);
	if (pid == 0) {
		char *const argv[] = { program, (char *)"1", NULL };

		failed = RAW_CALL3(SYS_execve, "/nonexistent", argv, no_environment);
		RAW_CALL3(SYS_execve, program, argv, no_environment);
		RAW_CALL3(SYS_exit_group, TRACEE_FAILED, 0, 0);
	}
	expect_end(pid, 7);
	CHECK(failed == -ENOENT);
}

static NOINLINE void execute(int way)
{
	char *const argv[] = { program, (char *)"1", NULL };
	int fd = open(program, O_RDONLY | O_CLOEXEC);

	if (way == 0)
		CALL5(SYS_execveat, fd, "", argv, no_environment, AT_EMPTY_PATH);
	else if (way == 1)
		CALL5(SYS_execve, program, argv, no_environment, 0, 0);
	else if (way == 2)
		fexecve(fd, argv, no_environment);
	else
		execve("./script", argv, no_environment);
	_exit(TRACEE_FAILED);
}

static void try_executions(void)
{
	for (int way = 0; way < 4; way++) {
		long pid = CALL5(SYS_fork, 0, 0, 0, 0, 0);

		if (pid == 0)
			execute(way);
		expect_end(pid, 7);
	}
}

static void try_all(void)
{
	const unsigned long flags[] = {
		SIGCHLD,
		0,
		SIGUSR1,
		CLONE_FILES | SIGCHLD,
		CLONE_FS | CLONE_SYSVSEM | SIGCHLD,
		CLONE_UNTRACED | SIGCHLD,
		CLONE_PTRACE | SIGCHLD,
		CLONE_PIDFD | SIGCHLD,
		CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD,
		CLONE_VFORK | SIGCHLD,
		CLONE_IO | SIGCHLD,
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		try_clone(flags[i]);
	try_shared_memory(CLONE_VM | SIGCHLD);
	try_shared_memory(CLONE_VM | CLONE_VFORK | SIGCHLD);
	try_shared_memory(CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND | SIGCHLD);
	try_shared_memory(CLONE_VM | CLONE_UNTRACED | SIGCHLD);
	try_shared_memory(CLONE_VM);
	try_clone3_kinds();
	try_vfork();
	try_executions();
}

static void *in_thread(void *unused)
{
	(void)unused;
	try_all();
	return NULL;
}

static void write_script(void)
{
	FILE *file = fopen("script", "we");

	CHECK(file && fprintf(file, "#!%s 1\n", program) > 0 && fclose(file) == 0);
	CHECK(chmod("script", 0700) == 0);
}

int main(int argc, char **argv)
{
	pthread_t thread;

	/* The kernel passes the script's name to the interpreter after this argument. */
	if (argument(argc, argv, 1, 0))
		be_child();
	signal(SIGUSR1, SIG_IGN);
	program = realpath("/proc/self/exe", NULL);
	CHECK(program);
	write_script();
	try_all();
	is_raw = true;
	try_all();
	is_raw = false;
	CHECK(pthread_create(&thread, NULL, in_thread, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	return unlink("script");
}
