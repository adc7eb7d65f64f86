/* SPDX-License-Identifier: MIT */
/*
 * Clone events say which process a new thread belongs to. If the parent was killed before its
 * event, the helper looks the thread up in /proc.
 */
#include "helper/tracer/births.h"

#include <linux/sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>

#include "helper/base/clock.h"
#include "helper/base/debug.h"
#include "helper/count/clone_flags.h"
#include "helper/gate/fast.h"
#include "helper/gate/fast_adopt.h"
#include "helper/trace/ptrace.h"
#include "helper/tracer/dispatch.h"
#include "helper/tracer/intercept.h"
#include "helper/tracer/moved_call.h"
#include "helper/tracer/signal_hold.h"
#include "helper/tracer/tracer.h"
#include "profile/util/proc_number.h"

/*
 * The parent reports a new thread at once, unless it was killed before. After this time the helper
 * treats the thread as an orphan.
 */
#define ORPHAN_NS 50000000u

static unsigned int nr_held; /* tracees with is_held set */

/* Resumes a thread that was held since its first stop. */
static void release(struct tracer *tracer, struct tracee *tracee)
{
	if (!tracee->is_held)
		return;
	tracee->is_held = false;
	nr_held--;
	if (tracee->is_held_stopped)
		ptrace_try(PTRACE_LISTEN, tracee->tid, 0, 0);
	else
		intercept_resume(tracer, tracee, 0);
}

void births_see(struct tracer *tracer, struct tracee *parent)
{
	pid_t tid = (pid_t)tracer_event_message(parent->tid);
	uint64_t flags = clone_flags(parent);
	struct tracee *child;

	/* Without a filter, such a child needs no tracer. see_stranger detaches it. */
	if (tid <= 0 || (!tracer->run.settings.follows && !(flags & CLONE_THREAD)))
		return;
	child = tracee_find(tid);
	if (child && child->is_claimed) /* it was treated as an orphan too early */
		return;
	if (!child)
		child = tracee_new(tid);
	if (flags & CLONE_THREAD)
		tracee_join(child, parent);
	else
		tracee_inherit(child, parent, flags & CLONE_VM);
	debug(tracer, "%d made %d, flags %llx", (int)parent->tid, (int)tid,
	      (unsigned long long)flags);
	child->is_claimed = true;
	dispatch_see_birth(child, parent, flags);
	moved_call_see_birth(child, parent);
	signal_hold_inherit(child, parent);
	if (child->has_stopped)
		fast_thread_begin(&tracer->run, child);
	release(tracer, child);
}

/*
 * The thread's parent was killed before it could report the thread. /proc says which process the
 * thread belongs to, but not which filters it inherited. So every call of it stops.
 */
static void adopt(struct tracee *tracee, void *argument)
{
	struct tracer *tracer = argument;
	struct tracee *leader;
	pid_t tgid;

	if (!tracee->is_held || clock_now_ns() - tracee->held_ns < ORPHAN_NS)
		return;
	tgid = proc_status_number(tracee->tid, "Tgid:");
	leader = tgid ? tracee_find(tgid) : NULL;
	if (leader && leader != tracee) {
		tracee_join(tracee, leader);
	} else {
		/* A parent that is alive will still report it. */
		if (tracee_find(proc_status_number(tracee->tid, "PPid:")))
			return;
		tracer_name(tracer, tracee);
		if (tracer->run.settings.is_fast)
			fast_adopt(tracee);
	}
	debug(tracer, "%d is an orphan", (int)tracee->tid);
	tracee->has_own_filter = true;
	tracee->is_claimed = true;
	release(tracer, tracee);
}

void births_hold(struct tracee *tracee, bool is_stopped)
{
	tracee->is_held = true;
	tracee->is_held_stopped = is_stopped;
	tracee->held_ns = clock_now_ns();
	nr_held++;
}

void births_forget(const struct tracee *tracee)
{
	nr_held -= tracee->is_held;
}

bool births_is_process(pid_t tid)
{
	return proc_status_number(tid, "Tgid:") == tid;
}

bool births_are_held(void)
{
	return nr_held > 0;
}

void births_adopt_orphans(struct tracer *tracer)
{
	tracee_for_each(NULL, adopt, tracer);
}
