/* SPDX-License-Identifier: MIT */
/*
 * A POSIX timer sends its signal to the tracing thread, because only this thread may call ptrace.
 * The signal handler itself interrupts the tracees. So no wait in the helper has to end early, and
 * none can miss a deadline. The signal is blocked while the helper changes the table.
 */
#include "helper/trace/deadline.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <time.h>
#include <unistd.h>

#include "helper/base/clock.h"

#define MAX_DEADLINES 256 /* threads beyond this number wait for their whole timeout again */
#define SECOND_NS     1000000000u

struct deadline {
	pid_t tid; /* 0: free */
	uint64_t due_ns;
};

static struct deadline deadlines[MAX_DEADLINES];
static unsigned int nr_used; /* all elements from this index on are free */
static timer_t timer;
static bool has_timer;

static void start_timer(void)
{
	struct itimerspec at = { 0 };
	uint64_t first_ns = UINT64_MAX;

	for (unsigned int i = 0; i < nr_used; i++)
		if (deadlines[i].tid && deadlines[i].due_ns < first_ns)
			first_ns = deadlines[i].due_ns;
	if (first_ns != UINT64_MAX) {
		at.it_value.tv_sec = (time_t)(first_ns / SECOND_NS);
		at.it_value.tv_nsec = (long)(first_ns % SECOND_NS);
	}
	timer_settime(timer, TIMER_ABSTIME, &at, NULL);
}

static void interrupt_due(int signal)
{
	uint64_t now_ns = clock_now_ns();
	int saved_errno = errno;

	(void)signal;
	for (unsigned int i = 0; i < nr_used; i++) {
		if (!deadlines[i].tid || deadlines[i].due_ns > now_ns)
			continue;
		ptrace(PTRACE_INTERRUPT, deadlines[i].tid, 0, 0);
		deadlines[i].tid = 0;
	}
	start_timer();
	errno = saved_errno;
}

static bool make_timer(void)
{
	const struct sigaction action = { .sa_handler = interrupt_due, .sa_flags = SA_RESTART };
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD_ID,
		.sigev_signo = SIGALRM,
	};

	if (has_timer)
		return true;
	event._sigev_un._tid = gettid();
	has_timer = sigaction(SIGALRM, &action, NULL) == 0 &&
		    timer_create(CLOCK_MONOTONIC, &event, &timer) == 0;
	return has_timer;
}

static void mask_alarm(int how)
{
	sigset_t alarm;

	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(how, &alarm, NULL);
}

static struct deadline *find(pid_t tid)
{
	for (unsigned int i = 0; i < nr_used; i++)
		if (deadlines[i].tid == tid)
			return &deadlines[i];
	return NULL;
}

void deadline_set(pid_t tid, uint64_t due_ns)
{
	struct deadline *deadline;

	if (!make_timer())
		return;
	mask_alarm(SIG_BLOCK);
	deadline = find(tid);
	if (!deadline)
		deadline = find(0);
	if (!deadline && nr_used < MAX_DEADLINES)
		deadline = &deadlines[nr_used++];
	if (deadline)
		*deadline = (struct deadline){ tid, due_ns };
	start_timer();
	mask_alarm(SIG_UNBLOCK);
}

void deadline_drop(pid_t tid)
{
	struct deadline *deadline;

	if (!has_timer)
		return;
	mask_alarm(SIG_BLOCK);
	deadline = find(tid);
	if (deadline)
		deadline->tid = 0;
	mask_alarm(SIG_UNBLOCK);
}
