/* SPDX-License-Identifier: MIT */
/*
 * The queue of wait statuses.
 */
#include "helper/trace/stop_queue.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <time.h>

#include "helper/base/clock.h"
#include "helper/trace/patience.h"
#include "profile/util/xalloc.h"

static struct waited *queue;
static unsigned int nr_queued;
static unsigned int queue_capacity;
static uint64_t looked_ns; /* all earlier stops are in the queue */
static bool is_idle;	   /* true if there was no stop to handle since looked_ns */
static uint64_t idle_ns;   /* total idle time */
static bool is_over;	   /* no tracee is left */

uint64_t stop_queue_idle_ns(void)
{
	return idle_ns;
}

/* There was no stop at @now_ns. */
static void note_none(uint64_t now_ns)
{
	if (is_idle)
		idle_ns += now_ns - looked_ns;
	is_idle = true;
	looked_ns = now_ns;
}

void stop_queue_wake(void)
{
	note_none(clock_now_ns());
}

void stop_queue_push(pid_t tid, int status)
{
	uint64_t now_ns = clock_now_ns();

	if (nr_queued == queue_capacity) {
		queue_capacity = queue_capacity ? 2 * queue_capacity : 64;
		queue = xreallocarray(queue, queue_capacity, sizeof(*queue));
	}
	queue[nr_queued++] = (struct waited){
		.tid = tid,
		.status = status,
		.seen_ns = now_ns,
		.blind_ns = now_ns - looked_ns,
		.idle_ns = idle_ns,
	};
}

unsigned int stop_queue_drain(unsigned int nr_tracees)
{
	int status;
	pid_t tid;

	/* A single stopped tracee has no further status. */
	while (nr_queued == 0 || nr_tracees > 1) {
		uint64_t begin_ns = clock_now_ns();

		tid = wait4(-1, &status, __WALL | WNOHANG, NULL);
		if (tid <= 0) {
			is_over = tid < 0 && errno == ECHILD;
			if (nr_queued == 0)
				note_none(begin_ns);
			looked_ns = begin_ns;
			break;
		}
		stop_queue_push(tid, status);
	}
	return nr_queued;
}

bool stop_queue_is_over(void)
{
	return is_over;
}

/* Lets a tracee run that may be waiting for this CPU. Returns true if another process ran on it. */
static bool yield(void)
{
	const uint64_t start_ns = clock_now_ns();

	sched_yield();
	return patience_see_yield(clock_now_ns() - start_ns);
}

bool stop_queue_spin(unsigned int nr_tracees, uint64_t ns)
{
	const uint64_t start_ns = clock_now_ns();

	do {
		if (stop_queue_drain(nr_tracees) || yield())
			return false;
	} while (clock_now_ns() - start_ns < ns);
	return true;
}

/* SIGCHLD is blocked in the helper. It becomes pending when a tracee stops. */
static void await_sigchld(uint64_t ns)
{
	const struct timespec pause = {
		.tv_sec = (time_t)(ns / 1000000000u),
		.tv_nsec = (long)(ns % 1000000000u),
	};
	sigset_t sigchld;

	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	sigtimedwait(&sigchld, NULL, &pause);
}

pid_t stop_queue_await(pid_t tid, int *status, uint64_t limit_ns)
{
	const uint64_t start_ns = clock_now_ns();

	for (;;) {
		/* The order matters: this finds a stop that happens after the clock was read. */
		uint64_t waited_ns = clock_now_ns() - start_ns;
		pid_t found = waitpid(tid, status, __WALL | WNOHANG);

		if (found || waited_ns >= limit_ns)
			return found;
		if (patience_prefers_spinning() && waited_ns < PATIENCE_SPIN_NS)
			yield();
		else
			await_sigchld(limit_ns - waited_ns);
	}
}

unsigned int stop_queue_block(unsigned int nr_tracees)
{
	int status;
	pid_t tid;

	do {
		tid = wait4(-1, &status, __WALL, NULL);
	} while (tid < 0 && errno == EINTR);
	if (tid < 0)
		return 0;
	stop_queue_wake();
	stop_queue_push(tid, status);
	return stop_queue_drain(nr_tracees);
}

bool stop_queue_get(unsigned int index, struct waited *waited)
{
	if (index >= nr_queued)
		return false;
	*waited = queue[index];
	return true;
}

void stop_queue_clear(void)
{
	nr_queued = 0;
	is_idle = false;
}
