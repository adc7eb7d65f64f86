/* SPDX-License-Identifier: MIT */
/*
 * Threads that wait for jobs. One thread is enough while no job blocks. Each job that blocks needs
 * one more. A thread that blocks for ever does not prevent the helper's exit: exit_group(2) sends
 * SIGKILL, which ends such waits.
 */
#include "helper/base/aside.h"

#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS  16
#define BUSY_STEP_MS 10 /* between two checks of a thread that runs or waits for a CPU */
#define MAX_BUSY_MS  2000
#define PATIENCE_MS  100
#define IMPATIENT_MS 5
#define STACK_SIZE   (1u << 20) /* libdw, which reads symbols, needs more than a few pages */

enum job_state { JOB_QUEUED, JOB_DONE, JOB_ABANDONED };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t is_asked = PTHREAD_COND_INITIALIZER, is_answered;
static struct aside_job *first, **last = &first; /* jobs that no thread has taken yet */
static unsigned int nr_queued, nr_idle, nr_threads;
static unsigned int nr_done;
static bool is_impatient; /* only the tracing thread uses it */

/* Called with the lock. The thread counts as idle before this call. */
static struct aside_job *take_job(void)
{
	struct aside_job *job;

	while (!first)
		pthread_cond_wait(&is_asked, &lock);
	nr_idle--;
	job = first;
	job->tid = gettid();
	first = job->next;
	if (!first)
		last = &first;
	nr_queued--;
	return job;
}

/*
 * Called with the lock, by a thread that has finished its job. Meanwhile another thread may have
 * become idle. One idle thread is enough, so then this returns false, and the thread must end.
 */
static bool become_idle(void)
{
	if (nr_idle) {
		nr_threads--;
		return false;
	}
	nr_idle++;
	return true;
}

/* Does @job. Returns the result of become_idle. */
static bool do_job(struct aside_job *job)
{
	bool is_abandoned, goes_on;

	job->work(job);
	pthread_mutex_lock(&lock);
	is_abandoned = job->state == JOB_ABANDONED;
	if (!is_abandoned) {
		job->state = JOB_DONE;
		__atomic_add_fetch(&nr_done, 1, __ATOMIC_RELEASE);
	}
	/*
	 * A caller that sees that the job is done may start another one. This thread must count as
	 * idle by then, or the next job would get a new thread.
	 */
	goes_on = become_idle();
	/* A woken thread needs the lock, so it must be free by then. */
	pthread_mutex_unlock(&lock);
	if (is_abandoned)
		job->release(job);
	else
		pthread_cond_signal(&is_answered);
	return goes_on;
}

static void *run(void *argument)
{
	bool goes_on;

	pthread_mutex_lock(&lock);
	goes_on = become_idle();
	pthread_mutex_unlock(&lock);
	while (goes_on) {
		struct aside_job *job;

		pthread_mutex_lock(&lock);
		job = take_job();
		pthread_mutex_unlock(&lock);
		goes_on = do_job(job);
	}
	return argument;
}

/* Called with the lock. Deadlines use CLOCK_MONOTONIC, which nobody can set. */
static void init_once(void)
{
	static bool is_ready;
	pthread_condattr_t attributes;

	if (is_ready)
		return;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&is_answered, &attributes);
	pthread_condattr_destroy(&attributes);
	is_ready = true;
}

/* Under the lock. */
static bool make_thread(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	bool is_made;

	if (nr_threads == MAX_THREADS)
		return false;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	is_made = pthread_create(&thread, &attributes, run, NULL) == 0;
	pthread_attr_destroy(&attributes);
	nr_threads += is_made;
	return is_made;
}

bool aside_start(struct aside_job *job)
{
	bool is_started;

	pthread_mutex_lock(&lock);
	init_once();
	is_started = nr_idle > nr_queued || make_thread();
	/* If the helper can create no thread at all, it must still read files. */
	if (!is_started && !nr_threads) {
		pthread_mutex_unlock(&lock);
		job->work(job);
		job->state = JOB_DONE;
		return true;
	}
	if (is_started) {
		job->state = JOB_QUEUED;
		job->tid = 0;
		job->next = NULL;
		*last = job;
		last = &job->next;
		nr_queued++;
	}
	pthread_mutex_unlock(&lock);
	if (is_started)
		pthread_cond_signal(&is_asked);
	return is_started;
}

/*
 * Returns true if thread @tid is running or waits for a CPU (proc(5)): then no file or page blocks
 * it.
 */
static bool is_runnable(pid_t tid)
{
	char path[64], text[256], *end;
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[got < 0 ? 0 : got] = '\0';
	end = strrchr(text, ')'); /* a thread's name may contain any characters */
	return end && strncmp(end, ") R", 3) == 0;
}

/* Called with the lock. Waits until @job is done or @timeout_ms have passed. */
static void wait_for(const struct aside_job *job, unsigned int timeout_ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	while (job->state != JOB_DONE && pthread_cond_timedwait(&is_answered, &lock, &until) == 0)
		;
}

/*
 * Called with the lock, and releases it for a while. Otherwise a thread that waits for the lock, to
 * report that its job is done, would seem to be blocked. Returns true if @job is worth waiting for.
 */
static bool is_progressing(const struct aside_job *job)
{
	const pid_t tid = job->tid;
	bool is_running;

	pthread_mutex_unlock(&lock);
	is_running = !tid || is_runnable(tid);
	pthread_mutex_lock(&lock);
	return is_running || job->state == JOB_DONE;
}

bool aside_wait(struct aside_job *job, unsigned int timeout_ms)
{
	bool is_done;

	pthread_mutex_lock(&lock);
	if (timeout_ms)
		wait_for(job, timeout_ms);
	for (unsigned int ms = 0;
	     timeout_ms && job->state != JOB_DONE && ms < MAX_BUSY_MS && is_progressing(job);
	     ms += BUSY_STEP_MS)
		wait_for(job, BUSY_STEP_MS);
	is_done = job->state == JOB_DONE;
	pthread_mutex_unlock(&lock);
	return is_done;
}

bool aside_is_done(struct aside_job *job)
{
	return aside_wait(job, 0);
}

unsigned int aside_nr_done(void)
{
	return __atomic_load_n(&nr_done, __ATOMIC_ACQUIRE);
}

void aside_abandon(struct aside_job *job)
{
	bool is_done;

	pthread_mutex_lock(&lock);
	is_done = job->state == JOB_DONE;
	job->state = JOB_ABANDONED;
	pthread_mutex_unlock(&lock);
	if (is_done)
		job->release(job);
}

bool aside_run(struct aside_job *job, unsigned int timeout_ms)
{
	if (!aside_start(job)) {
		job->release(job);
		return false;
	}
	if (aside_wait(job, timeout_ms))
		return true;
	aside_abandon(job);
	return false;
}

unsigned int aside_patience_ms(void)
{
	return is_impatient ? IMPATIENT_MS : PATIENCE_MS;
}

void aside_be_impatient(void)
{
	is_impatient = true;
}
