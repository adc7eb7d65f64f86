/* SPDX-License-Identifier: MIT */
/*
 * Limits its memory as the argument says, makes calls, and prints how many KiB it can still map:
 *
 *   space     RLIMIT_AS, by prlimit64
 *   setrlimit the same by setrlimit
 *   program   the same, and then executes a program
 *   child     the same, in a child whose parent and siblings use all of the small areas
 *   data      RLIMIT_DATA
 *   lock      RLIMIT_MEMLOCK, and mlockall for its present and future memory
 *   later     the same, but for future memory only
 *   threads   a high RLIMIT_AS, and more threads than a small chunk has areas
 */
#include "tests/live/tracee.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define NR_CALLS   3000
#define NR_FORKS   4
#define NR_THREADS 8
#define PIECE	   (16 << 10)

static NOINLINE void make_calls(void)
{
	for (int i = 0; i < NR_CALLS; i++)
		CHECK(getppid() >= 0);
}

static void print_rest(void)
{
	unsigned int nr = 0;

	while (mmap(NULL, PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	       MAP_FAILED)
		nr++;
	CHECK(errno == ENOMEM || errno == EAGAIN);
	dprintf(STDOUT_FILENO, "%u\n", nr * (PIECE >> 10));
}

static void limit(__rlimit_resource_t resource, rlim_t value)
{
	struct rlimit limit = { value, RLIM_INFINITY };

	CHECK(prlimit(0, resource, NULL, &limit) == 0);
	limit.rlim_cur = value;
	CHECK(setrlimit(resource, &limit) == 0);
}

static void lock(int flags)
{
	struct rlimit limit = { 8 << 20, 8 << 20 };

	CHECK(setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
	/* Privileged processes do not have to obey the limit. */
	CHECK(geteuid() || setuid(65534) == 0);
	CHECK(mlockall(flags) == 0);
}

/* Prints the rest in the last of @nr_forks processes, each the child of the previous one. */
static void print_rest_in_child(unsigned int nr_forks)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid) {
		CHECK(wait_for(pid) == 0);
		return;
	}
	make_calls();
	if (nr_forks > 1)
		print_rest_in_child(nr_forks - 1);
	else
		print_rest();
	_exit(0);
}

static pthread_barrier_t barrier;

static void *run_thread(void *unused)
{
	(void)unused;
	pthread_barrier_wait(&barrier);
	make_calls();
	pthread_barrier_wait(&barrier);
	return NULL;
}

static void run_threads(void)
{
	pthread_t threads[NR_THREADS];

	pthread_barrier_init(&barrier, NULL, NR_THREADS);
	for (int i = 0; i < NR_THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, run_thread, NULL) == 0);
	for (int i = 0; i < NR_THREADS; i++)
		pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "rest";

	make_calls();
	if (strcmp(how, "setrlimit") == 0)
		CHECK(syscall(SYS_setrlimit, RLIMIT_AS, &(struct rlimit){ 64 << 20, -1 }) == 0);
	else if (strcmp(how, "threads") == 0)
		limit(RLIMIT_AS, 2048ul << 20);
	else if (strcmp(how, "data") == 0)
		limit(RLIMIT_DATA, 16 << 20);
	else if (strcmp(how, "lock") == 0)
		lock(MCL_CURRENT | MCL_FUTURE);
	else if (strcmp(how, "later") == 0)
		lock(MCL_FUTURE);
	else if (strcmp(how, "rest"))
		limit(RLIMIT_AS, 64 << 20);
	if (strcmp(how, "program") == 0) {
		execl("/proc/self/exe", argv[0], "rest", NULL);
		CHECK(!"reached");
	}
	make_calls();
	if (strcmp(how, "child") == 0)
		print_rest_in_child(NR_FORKS);
	else if (strcmp(how, "threads") == 0)
		run_threads();
	else
		print_rest();
	make_calls();
	return 0;
}
