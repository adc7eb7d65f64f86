/* SPDX-License-Identifier: MIT */
/*
 * Processes that end in every possible way, in the middle of calls. Each thread counts its calls in
 * memory that outlives it, before and after each call. Prints how many calls began and how many
 * finished.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define NR_THREADS 3 /* of a process, including the first one */
#define ENOUGH	   200

struct counts {
	volatile unsigned long begun;
	volatile unsigned long done;
};

static struct counts *counts; /* of the threads of all rounds */
static const char *program;

/*
 * Makes calls until something ends the thread. The engine can patch the sites in libc, but not the
 * other one.
 */
static NOINLINE void work(struct counts *own)
{
	for (;;) {
		long nr = SYS_getppid;

		own->begun++;
		__asm__ volatile("syscall" : "+a"(nr) : : "rcx", "r11", "memory");
		own->done++;
		own->begun++;
		getppid();
		own->done++;
	}
}

static void *work_in_thread(void *own)
{
	work(own);
	return NULL;
}

static void await(const struct counts *own)
{
	while (own->done < ENOUGH)
		sched_yield();
}

static void start_threads(struct counts *own)
{
	pthread_t thread;

	for (int i = 1; i < NR_THREADS; i++)
		CHECK(pthread_create(&thread, NULL, work_in_thread, &own[i]) == 0);
	for (int i = 1; i < NR_THREADS; i++)
		await(&own[i]);
}

static void *exit_all(void *argument)
{
	await(argument);
	_exit(0);
	return NULL;
}

static void *execute(void *argument)
{
	await(argument);
	execl(program, program, "nothing", NULL);
	return NULL;
}

static void *dump(void *argument)
{
	await(argument);
	abort();
	return NULL;
}

static void forbid_getpgrp(void)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgrp, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { .len = 4, .filter = insns };

	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0);
}

static void *break_rule(void *argument)
{
	await(argument);
	forbid_getpgrp();
	RAW_CALL0(SYS_getpgrp);
	return NULL;
}

static void *kill_itself(void *argument)
{
	await(argument);
	raise(SIGKILL);
	return NULL;
}

static void *end_thread(void *argument)
{
	return argument;
}

/* One of the threads ends the whole process. */
static void end_by_thread(struct counts *own, void *(*how)(void *argument))
{
	pthread_t thread;

	start_threads(own);
	CHECK(pthread_create(&thread, NULL, how, own) == 0);
	work(own);
}

/* The first thread has already ended when the others are killed. */
static void end_without_leader(struct counts *own)
{
	pthread_t thread;

	start_threads(own);
	CHECK(pthread_create(&thread, NULL, end_thread, NULL) == 0);
	pthread_exit(NULL);
}

/* The kernel kills a process that has used up its CPU time. */
static void use_up_time(struct counts *own)
{
	const struct rlimit limit = { 1, 1 };

	CHECK(setrlimit(RLIMIT_CPU, &limit) == 0);
	start_threads(own);
	work(own);
}

/* The kernel kills this process when its parent ends. */
static void die_with_parent(struct counts *own)
{
	int ready[2];
	char byte;

	CHECK(pipe(ready) == 0);
	if (fork() == 0) {
		CHECK(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
		close(ready[0]);
		start_threads(own);
		CHECK(write(ready[1], "", 1) == 1);
		work(own);
	}
	CHECK(read(ready[0], &byte, 1) == 1);
	await(own);
	_exit(0);
}

/* The kernel kills all processes of a pid namespace when its first process ends. */
static void die_with_namespace(struct counts *own)
{
	CHECK(unshare(CLONE_NEWPID) == 0);
	if (fork() == 0) {
		if (fork() == 0) {
			start_threads(own);
			work(own);
		}
		await(own);
		_exit(0);
	}
	CHECK(wait(NULL) > 0);
	_exit(0);
}

static void put_number(const char *path, int number)
{
	int fd = open(path, O_WRONLY);

	CHECK(fd >= 0 && dprintf(fd, "%d\n", number) > 0);
	close(fd);
}

/* @group: the directory of an existing control group. */
static void die_with_group(struct counts *own, const char *group)
{
	char path[256];

	if (fork() == 0) {
		snprintf(path, sizeof(path), "%s/cgroup.procs", group);
		put_number(path, 0);
		start_threads(own);
		work(own);
	}
	await(own);
	snprintf(path, sizeof(path), "%s/cgroup.kill", group);
	put_number(path, 1);
	CHECK(wait(NULL) > 0);
	_exit(0);
}

static void end(const char *how, struct counts *own, const char *argument)
{
	if (strcmp(how, "exit_group") == 0)
		end_by_thread(own, exit_all);
	else if (strcmp(how, "exec") == 0)
		end_by_thread(own, execute);
	else if (strcmp(how, "core") == 0)
		end_by_thread(own, dump);
	else if (strcmp(how, "seccomp") == 0)
		end_by_thread(own, break_rule);
	else if (strcmp(how, "kill_itself") == 0)
		end_by_thread(own, kill_itself);
	else if (strcmp(how, "cpu_limit") == 0)
		use_up_time(own);
	else if (strcmp(how, "parent") == 0)
		die_with_parent(own);
	else if (strcmp(how, "namespace") == 0)
		die_with_namespace(own);
	else if (strcmp(how, "group") == 0)
		die_with_group(own, argument);
	else if (strcmp(how, "no_leader") == 0)
		end_without_leader(own);
	start_threads(own);
	work(own);
}

static void run_round(const char *how, struct counts *own, const char *argument)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0)
		end(how, own, argument);
	if (strcmp(how, "killed") == 0 || strcmp(how, "no_leader") == 0) {
		await(&own[NR_THREADS - 1]);
		usleep(1000);
		kill(pid, SIGKILL);
	}
	CHECK(waitpid(pid, NULL, 0) == pid);
}

static void say_counts(int nr_rounds)
{
	unsigned long begun = 0, done = 0;

	for (int i = 0; i < nr_rounds * NR_THREADS; i++) {
		begun += counts[i].begun;
		done += counts[i].done;
	}
	printf("%lu %lu\n", begun, done);
}

/* A process that is killed with its parent or its namespace may still be counting. */
static void await_all(int nr_rounds)
{
	unsigned long before, after = 0;

	do {
		before = after;
		after = 0;
		usleep(20000);
		for (int i = 0; i < nr_rounds * NR_THREADS; i++)
			after += counts[i].begun;
	} while (before != after);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "killed";
	int nr_rounds = argument(argc, argv, 2, 5);
	size_t size = (size_t)(nr_rounds + 1) * NR_THREADS * sizeof(*counts);

	program = argv[0];
	if (strcmp(how, "nothing") == 0)
		return 0;
	counts = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(counts != MAP_FAILED);
	if (strcmp(how, "alone") == 0) {
		printf("ready %d\n", (int)getpid());
		fflush(stdout);
		work(counts);
	}
	for (int i = 0; i < nr_rounds; i++)
		run_round(how, &counts[i * NR_THREADS], argc > 3 ? argv[3] : "");
	await_all(nr_rounds);
	say_counts(nr_rounds);
	return 0;
}
