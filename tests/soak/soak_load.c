// SPDX-License-Identifier: MIT
/*
 * A load that counts its own system calls. Each kind of work makes one system call that no other
 * part of the program makes. It counts this call twice in a shared file: before and after the call.
 * tests/soak/soak compares these counts with scprof's. Threads, forks by syscall(), exec, signals,
 * timers, dlopen, coroutines and kills all happen at the same time.
 *
 * usage: soak_load COUNTS PLUGIN SECONDS
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "tests/soak/soak_counts.h"

#define CHECK(condition)                                                                   \
	do {                                                                               \
		if (!(condition)) {                                                        \
			fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #condition, \
				strerror(errno));                                          \
			_exit(99);                                                         \
		}                                                                          \
	} while (0)

#define NR_WORKERS    2
#define NR_THREADS    3
#define NR_COROUTINES 3
#define STACK_SIZE    65536

static struct soak_counts *counts;
static char **arguments;
static char **environment;

static unsigned int random_below(unsigned int *seed, unsigned int limit)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % limit;
}

static void add(uint64_t *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

/*
 * Makes system call @nr once, in a function nested @depth deep, and counts it in @began and @ended.
 */
static __attribute__((noinline)) void call_counted(uint64_t *began, uint64_t *ended, long nr,
						   unsigned int depth)
{
	volatile char frame[32];

	frame[0] = (char)depth;
	if (depth > 0) {
		call_counted(began, ended, nr, depth - 1);
		frame[1] = frame[0];
		return;
	}
	add(began);
	syscall(nr, 0, 0, 0);
	add(ended);
	frame[1] = frame[0];
}

static void call_at_depth(enum soak_kind kind, long nr, unsigned int depth)
{
	call_counted(&counts->kinds[kind].began, &counts->kinds[kind].ended, nr, depth);
}

static void on_alarm(int signal)
{
	int saved = errno;

	(void)signal;
	call_at_depth(SOAK_HANDLER, SYS_getpriority, 1);
	errno = saved;
}

static void set_timer(long interval_us)
{
	struct itimerval timer = { { 0, interval_us }, { 0, interval_us } };

	CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

/* Waits for @pid, and repeats the wait when a signal interrupts it. Returns the wait status. */
static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		CHECK(errno == EINTR);
	return status;
}

static void *run_thread(void *seed_pointer)
{
	unsigned int seed = *(unsigned int *)seed_pointer;

	for (int i = 0; i < 200; i++)
		call_at_depth(SOAK_THREAD, SYS_getppid, random_below(&seed, 12));
	return NULL;
}

static void start_threads(pthread_t threads[NR_THREADS], unsigned int seeds[NR_THREADS])
{
	for (int i = 0; i < NR_THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, run_thread, &seeds[i]) == 0);
}

static void fork_child(void)
{
	add(&counts->kinds[SOAK_FORK].began);
	pid_t pid = (pid_t)syscall(SYS_fork);

	if (pid == 0) {
		for (unsigned int i = 0; i < 20; i++)
			call_at_depth(SOAK_FORKED, SYS_getpgid, i % 5);
		_exit(0);
	}
	CHECK(pid > 0);
	add(&counts->kinds[SOAK_FORK].ended);
	CHECK(wait_for(pid) == 0);
}

static void spawn_child(void)
{
	char *argv[] = { arguments[0], arguments[1], NULL };
	pid_t pid;

	add(&counts->kinds[SOAK_EXEC].began);
	CHECK(posix_spawn(&pid, arguments[0], NULL, NULL, argv, environment) == 0);
	add(&counts->kinds[SOAK_EXEC].ended);
	CHECK(wait_for(pid) == 0);
}

static int run_executed(void)
{
	for (unsigned int i = 0; i < 20; i++)
		call_at_depth(SOAK_EXECUTED, SYS_getsid, i % 5);
	return 0;
}

static void load_plugin(void)
{
	void *plugin = dlopen(arguments[2], RTLD_NOW);
	void (*run)(struct soak_counts *);

	CHECK(plugin);
	*(void **)&run = dlsym(plugin, "soak_plugin_run");
	CHECK(run);
	for (int i = 0; i < 20; i++)
		run(counts);
	CHECK(dlclose(plugin) == 0);
}

static ucontext_t scheduler, coroutines[NR_COROUTINES];
static int running;

static void run_coroutine(void)
{
	for (unsigned int i = 0;; i++) {
		call_at_depth(SOAK_COROUTINE, SYS_getgroups, i % 4);
		swapcontext(&coroutines[running], &scheduler);
	}
}

static void run_coroutines(void)
{
	char *stacks = malloc((size_t)NR_COROUTINES * STACK_SIZE);

	CHECK(stacks);
	for (int i = 0; i < NR_COROUTINES; i++) {
		CHECK(getcontext(&coroutines[i]) == 0);
		coroutines[i].uc_stack.ss_sp = stacks + (size_t)i * STACK_SIZE;
		coroutines[i].uc_stack.ss_size = STACK_SIZE;
		makecontext(&coroutines[i], run_coroutine, 0);
	}
	for (int i = 0; i < 60; i++) {
		running = i % NR_COROUTINES;
		CHECK(swapcontext(&scheduler, &coroutines[running]) == 0);
	}
	free(stacks);
}

/*
 * Makes calls that the timer's signal interrupts, and calls that always fail. Their errors are
 * counted.
 */
static void make_errors(int epoll)
{
	struct epoll_event event;

	for (int i = 0; i < 3; i++) {
		add(&counts->kinds[SOAK_INTERRUPTED].began);
		long result = syscall(SYS_epoll_wait, epoll, &event, 1, 2);
		add(&counts->kinds[SOAK_INTERRUPTED].ended);
		if (result < 0) {
			CHECK(errno == EINTR);
			add(&counts->kinds[SOAK_INTERRUPTED].errors);
		}
		add(&counts->kinds[SOAK_FAILED].began);
		CHECK(syscall(SYS_fchdir, -1) < 0 && errno == EBADF);
		add(&counts->kinds[SOAK_FAILED].ended);
		add(&counts->kinds[SOAK_FAILED].errors);
	}
}

static void work(unsigned int seed)
{
	pthread_t threads[NR_THREADS];
	unsigned int seeds[NR_THREADS] = { seed, seed + 1, seed + 2 };
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	CHECK(epoll >= 0 && sigaction(SIGALRM, &action, NULL) == 0);
	set_timer(1500);
	while (!__atomic_load_n(&counts->is_over, __ATOMIC_RELAXED)) {
		start_threads(threads, seeds);
		fork_child();
		load_plugin();
		run_coroutines();
		make_errors(epoll);
		spawn_child();
		for (int i = 0; i < NR_THREADS; i++)
			CHECK(pthread_join(threads[i], NULL) == 0);
	}
	set_timer(0);
	close(epoll);
}

static void run_until_killed(struct soak_victim *victim, unsigned int seed)
{
	__atomic_store_n(&victim->pid, getpid(), __ATOMIC_RELAXED);
	for (;;)
		call_counted(&victim->began, &victim->ended, SYS_geteuid, random_below(&seed, 20));
}

/* Creates children that make calls, and kills each one a few milliseconds later. */
static void kill_children(unsigned int seed)
{
	while (!__atomic_load_n(&counts->is_over, __ATOMIC_RELAXED) &&
	       counts->nr_victims < SOAK_MAX_VICTIMS) {
		struct soak_victim *victim = &counts->victims[counts->nr_victims++];
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0)
			run_until_killed(victim, seed);
		usleep(2000 + random_below(&seed, 4000));
		CHECK(kill(pid, SIGKILL) == 0);
		wait_for(pid);
	}
}

static void map_counts(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	CHECK(fd >= 0);
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(counts != MAP_FAILED);
	close(fd);
}

int main(int argc, char **argv, char **envp)
{
	pid_t pids[NR_WORKERS + 1];

	if (argc != 2 && argc != 4)
		return 2;
	arguments = argv;
	environment = envp;
	map_counts(argv[1]);
	if (argc == 2)
		return run_executed();
	for (unsigned int i = 0; i <= NR_WORKERS; i++) {
		pids[i] = fork();
		CHECK(pids[i] >= 0);
		if (pids[i] > 0)
			continue;
		if (i < NR_WORKERS)
			work(i * 1000);
		else
			kill_children((unsigned int)time(NULL));
		_exit(0);
	}
	sleep((unsigned int)atoi(argv[3]));
	__atomic_store_n(&counts->is_over, 1, __ATOMIC_RELAXED);
	for (int i = 0; i <= NR_WORKERS; i++)
		CHECK(wait_for(pids[i]) == 0);
	return 0;
}
