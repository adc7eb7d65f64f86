// SPDX-License-Identifier: MIT
/*
 * Work in other threads: how long the caller waits for a thread that is blocked, and for one that
 * is busy.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "helper/base/aside.h"

#define SHORT_MS 20

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void compute(struct aside_job *job)
{
	uint64_t start_ms = now_ms();

	(void)job;
	while (now_ms() - start_ms < 10 * SHORT_MS)
		;
}

static void block(struct aside_job *job)
{
	int fds[2];
	char byte;

	(void)job;
	if (pipe(fds) == 0 && read(fds[0], &byte, 1) < 0)
		abort();
}

static void release(struct aside_job *job)
{
	free(job);
}

static struct aside_job *new_job(void (*work)(struct aside_job *job))
{
	struct aside_job *job = calloc(1, sizeof(*job));

	cr_assert_not_null(job);
	*job = (struct aside_job){ .work = work, .release = release };
	return job;
}

Test(aside, the_caller_waits_for_a_busy_thread_beyond_the_limit)
{
	struct aside_job *job = new_job(compute);

	cr_assert(aside_start(job));
	cr_expect(aside_wait(job, SHORT_MS));
	release(job);
}

Test(aside, the_caller_does_not_wait_for_a_blocked_thread)
{
	struct aside_job *job = new_job(block);

	cr_assert(aside_start(job));
	cr_expect_not(aside_wait(job, SHORT_MS));
	cr_expect_not(aside_is_done(job));
	aside_abandon(job);
}

Test(aside, a_blocked_thread_does_not_delay_other_jobs)
{
	struct aside_job *blocked = new_job(block), *job = new_job(compute);

	cr_assert(aside_start(blocked));
	cr_expect_not(aside_wait(blocked, SHORT_MS));
	cr_assert(aside_start(job));
	cr_expect(aside_wait(job, SHORT_MS));
	release(job);
	aside_abandon(blocked);
}

static void do_nothing(struct aside_job *job)
{
	(void)job;
}

static unsigned int count_threads(void)
{
	unsigned int nr = 0;
	DIR *folder = opendir("/proc/self/task");

	cr_assert_not_null(folder);
	while (readdir(folder))
		nr++;
	closedir(folder);
	return nr;
}

/* The number of threads is limited. If each job took a new thread, none would be left soon. */
Test(aside, consecutive_jobs_share_one_thread)
{
	struct aside_job *job = new_job(do_nothing);
	unsigned int nr_threads;

	cr_assert(aside_start(job));
	cr_expect(aside_wait(job, SHORT_MS));
	nr_threads = count_threads();
	for (int i = 0; i < 20000; i++) {
		cr_assert(aside_start(job));
		cr_assert(aside_wait(job, SHORT_MS));
		if (i % 16 == 0)
			cr_assert_eq(count_threads(), nr_threads, "after %d jobs", i);
	}
	release(job);
}
