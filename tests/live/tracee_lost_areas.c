/* SPDX-License-Identifier: MIT */
/*
 * usage: lost_areas HOW [threads]. Makes 200 getppid calls, changes the mapping of all memory that
 * scprof shares with this program, and makes 200 more calls. With "threads", another thread makes
 * the change, and makes 200 getpgrp calls before and after it. If HOW is "write", the program does
 * not change mappings. Instead it lets the kernel write to each read-only mapping, which must fail,
 * and prints the number of these mappings.
 */
#include "tests/live/tracee.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/mman.h>

#define NR_CALLS   200
#define MAX_RANGES 64

static pthread_barrier_t before, after;
static bool has_threads;

static NOINLINE void make_calls(void)
{
	for (int i = 0; i < NR_CALLS; i++)
		CHECK(getppid() > 0);
	BARRIER();
}

static NOINLINE void make_other_calls(void)
{
	for (int i = 0; i < NR_CALLS; i++)
		CHECK(getpgrp() > 0);
	BARRIER();
}

/* The kernel kills a thread if the byte at the address of its selector is wrong. */
static bool overwrite(void *start, size_t size)
{
	if (mmap(start, size, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED)
		return false;
	memset((char *)start + size - 4096, 0x5a, 4096);
	return true;
}

/* The kernel writes to a read-only mapping with the rights of the program. */
static bool write_to(void *start)
{
	int ends[2];

	CHECK(pipe(ends) == 0 && write(ends[1], "Z", 1) == 1);
	CHECK(read(ends[0], start, 1) == -1 && errno == EFAULT);
	close(ends[0]);
	close(ends[1]);
	return true;
}

static bool change(const char *how, void *start, size_t size)
{
	if (strcmp(how, "write") == 0)
		return write_to(start);
	if (strcmp(how, "unmap") == 0)
		return munmap(start, size) == 0;
	if (strcmp(how, "protect") == 0)
		return mprotect(start, size, PROT_NONE) == 0;
	CHECK(strcmp(how, "overwrite") == 0);
	return overwrite(start, size);
}

/*
 * Finds the memory by the names that helper/space/area_memory.c gives it. With threads, the change
 * may fail with ENOMEM.
 */
static void change_all(const char *how)
{
	unsigned long starts[MAX_RANGES], ends[MAX_RANGES];
	FILE *maps = fopen("/proc/self/maps", "r");
	int nr = 0;
	char line[512];

	CHECK(maps);
	while (nr < MAX_RANGES && fgets(line, sizeof(line), maps))
		if ((strstr(line, "/memfd:scprof") || strstr(line, "/SYSV")) &&
		    (strcmp(how, "write") != 0 || strstr(line, " r--s ")))
			nr += sscanf(line, "%lx-%lx", &starts[nr], &ends[nr]) == 2;
	fclose(maps);
	for (int i = 0; i < nr; i++)
		CHECK(change(how, (void *)starts[i], ends[i] - starts[i]) ||
		      (has_threads && errno == ENOMEM));
	if (strcmp(how, "write") == 0)
		printf("%d read-only mappings\n", nr);
}

static void *change_in_thread(void *how)
{
	make_other_calls();
	pthread_barrier_wait(&before);
	change_all(how);
	pthread_barrier_wait(&after);
	make_other_calls();
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	CHECK(argc > 1);
	has_threads = argc > 2;
	make_calls();
	if (!has_threads) {
		change_all(argv[1]);
		make_calls();
		return 0;
	}
	pthread_barrier_init(&before, NULL, 2);
	pthread_barrier_init(&after, NULL, 2);
	CHECK(pthread_create(&thread, NULL, change_in_thread, argv[1]) == 0);
	make_calls();
	pthread_barrier_wait(&before);
	pthread_barrier_wait(&after);
	make_calls();
	CHECK(pthread_join(thread, NULL) == 0);
	return 0;
}
