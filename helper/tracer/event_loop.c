/* SPDX-License-Identifier: MIT */
/*
 * The loop: receive wait statuses, handle each stop, resume the thread. All statuses are received
 * before any is handled, so that no thread is handled before another thread that has waited longer.
 * One function below says what the tracer must do at each kind of stop. The rules are those of
 * ptrace(2).
 */
#include "helper/tracer/event_loop.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "helper/base/clock.h"
#include "helper/base/debug.h"
#include "helper/base/launcher_pipe.h"
#include "helper/count/call_kind.h"
#include "helper/count/call_time.h"
#include "helper/count/jit_names.h"
#include "helper/gate/fast.h"
#include "helper/gate/fast_area.h"
#include "helper/gate/fast_end.h"
#include "helper/gate/fast_signal.h"
#include "helper/restart/abandon.h"
#include "helper/restart/init_signal.h"
#include "helper/restart/interrupted.h"
#include "helper/restart/woken.h"
#include "helper/trace/late_call.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/remote_memory.h"
#include "helper/trace/stop.h"
#include "helper/trace/stop_queue.h"
#include "helper/tracer/births.h"
#include "helper/tracer/call.h"
#include "helper/tracer/dispatch.h"
#include "helper/tracer/finish.h"
#include "helper/tracer/intercept.h"
#include "helper/tracer/moved_call.h"
#include "helper/tracer/next_stops.h"
#include "helper/tracer/put_off.h"
#include "helper/tracer/region_mark.h"
#include "helper/tracer/signal_hold.h"

static void forget(struct tracee *tracee)
{
	births_forget(tracee);
	signal_hold_forget(tracee);
	tracee_free(tracee);
}

static void see_end(struct tracer *tracer, struct tracee *tracee, int status)
{
	if (tracee->tid == tracer->root)
		tracer->root_status = status;
	/*
	 * A thread that is killed in a stop has no other stop before its end (ptrace(2), "Death
	 * under ptrace").
	 */
	if (!tracee->is_exiting)
		tracer->end_ns = clock_now_ns();
	abandon_calls(&tracer->run, tracee);
	fast_thread_end(&tracer->run, tracee);
	remote_memory_forget(tracee->tid);
	forget(tracee);
}

/* Returns true if the records of an ending thread can be counted while it ends. */
static bool may_end(const struct tracer *tracer, const struct tracee *tracee)
{
	return tracee_count_alive() > 0 && !fast_needs_memory(tracee) &&
	       !jit_names_are_wanted(&tracer->run.profile);
}

/* Does the remaining work for an ending thread while it is held. */
static void finish_thread(struct tracer *tracer, struct tracee *tracee)
{
	fast_thread_end(&tracer->run, tracee);
	if (jit_names_are_wanted(&tracer->run.profile) && process_is_ending(tracee->process))
		jit_names_fetch(&tracer->run.profile, tracee->tid);
	if (tracee_count_alive() == 0 && tracer->is_running)
		tracer->before_last_exit(tracer, tracee);
}

/*
 * The thread is ending, but its registers and descriptors still exist. The last thread is held
 * until the profile is written.
 */
static void see_exit(struct tracer *tracer, struct tracee *tracee)
{
	if (tracee->process->tgid == tracer->root)
		tracer->root_status = (int)tracer_event_message(tracee->tid);
	call_see_exit(tracer, tracee);
	tracee_set_exiting(tracee);
	tracer->end_ns = clock_now_ns();
	if (may_end(tracer, tracee)) {
		ptrace_try(PTRACE_CONT, tracee->tid, 0, 0);
		fast_thread_end(&tracer->run, tracee);
		return;
	}
	finish_thread(tracer, tracee);
	ptrace_try(PTRACE_CONT, tracee->tid, 0, 0);
}

/* The thread of an init process is about to fault again, and the helper will see no stop for it. */
static void let_init_die(struct tracer *tracer, struct tracee *tracee, int signal)
{
	if (tracee->process->tgid == tracer->root)
		tracer->root_status = signal;
	abandon_calls(&tracer->run, tracee);
	tracee_set_exiting(tracee);
	tracer->end_ns = clock_now_ns();
	finish_thread(tracer, tracee);
	init_signal_let_die(tracee, signal);
	remote_memory_forget(tracee->tid);
	forget(tracee);
}

/* A thread has executed a program. All other threads are gone, and it is the leader now. */
static void see_exec(struct tracer *tracer, pid_t tgid, uint64_t now_ns)
{
	pid_t old_tid = (pid_t)tracer_event_message(tgid);
	struct tracee *tracee = tracee_find(old_tid);
	struct tracee *leader = tracee_find(tgid);

	put_off_forget(old_tid);
	if (!tracee)
		tracee = leader;
	if (!tracee)
		return;
	/*
	 * The leader was killed, so it may not have stopped at its exit, and the kernel does not
	 * report its end.
	 */
	if (leader && leader != tracee) {
		leader->is_gone = true;
		signal_hold_forget(leader);
		abandon_calls(&tracer->run, leader);
		fast_thread_end(&tracer->run, leader);
	}
	tracee = tracee_take_over(tracee, tgid);
	tracee->moved_ip = 0;
	fast_thread_end(&tracer->run, tracee);
	remote_memory_forget(tgid);
	remote_memory_forget(old_tid);
	process_new_space(tracee->process, tracer->run.settings.is_preloaded);
	tracee->nr_interrupted = 0;
	tracee->gate->stack_end = 0;
	region_reset(&tracee->region);
	tracer_name(tracer, tracee);
	dispatch_see_exec(tracee);
	fast_thread_begin(&tracer->run, tracee);
	if (!tracer->is_running && tracer->is_counting) {
		tracer->is_running = true;
		finish_begin(tracer);
	}
	call_end_early(tracer, tracee, 0, now_ns);
	region_mark_set(tracee);
	debug(tracer, "%d executes '%s'", (int)tgid,
	      string_table_get(&tracer->run.profile.strings, tracee->name));
	intercept_resume(tracer, tracee, 0);
}

/*
 * The thread may now make its call, unless the gate makes it. If the call has raised SIGSYS, lets
 * the thread make it once more. Returns false if the thread is gone.
 */
static bool enter_kernel(struct tracee *tracee, enum call_outcome outcome)
{
	if (outcome == CALL_GONE)
		return false;
	call_time_begin(tracee);
	if (outcome == CALL_IN_GATE || moved_call_begin(tracee))
		return true;
	if (tracee->is_before_call) {
		if (!dispatch_enter(tracee))
			return false;
		call_time_begin(tracee);
	}
	if (tracee->call.refusal)
		call_begin_refused(tracee);
	return true;
}

/*
 * A stop at a call: at its entry, at its exit, or (after a filter of the program) a second one at
 * its entry.
 */
static void see_call(struct tracer *tracer, struct tracee *tracee, uint64_t now_ns, bool is_seccomp)
{
	if (!tracee->call.is_active) {
		if (!dispatch_see_entry(tracee) ||
		    !enter_kernel(tracee, call_enter(tracer, tracee)))
			return;
	} else if (is_seccomp) {
		call_see_filter(tracee);
	} else {
		const bool ends_handler =
			call_kind(tracee->call.abi, tracee->call.nr) == CALL_SIGRETURN;

		call_exit(tracer, tracee, now_ns);
		if (ends_handler)
			signal_hold_see_return(tracee);
	}
	intercept_resume(tracer, tracee, 0);
}

/* The thread has stopped because a call raised SIGSYS. */
static void see_dispatched_call(struct tracer *tracer, struct tracee *tracee)
{
	struct __ptrace_syscall_info info;
	struct user_regs_struct registers;

	if (dispatch_see_call(tracee, &info, &registers) &&
	    enter_kernel(tracee, call_enter_before(tracer, tracee, &info, &registers)))
		intercept_resume(tracer, tracee, 0);
}

/*
 * The thread has created a child, so its call cannot fail any more. The exit of the call shows
 * something new only to a log: the child's process id may have another value in the program.
 */
static void see_birth_end(struct tracer *tracer, struct tracee *tracee, uint64_t now_ns)
{
	const struct call *call = &tracee->call;

	/*
	 * At a patched site, or if the flags in memory were changed, the helper restores something
	 * at the exit.
	 */
	if (tracer->run.log || call->site_ip || call->clone3_flags ||
	    intercept_stops_at_exits(tracer, tracee))
		return;
	moved_call_end_early(tracee);
	call_end_early(tracer, tracee, (int64_t)tracer_event_message(tracee->tid), now_ns);
}

static void end_moved_call(struct tracer *tracer, struct tracee *tracee, uint64_t now_ns)
{
	const int64_t result = moved_call_end(tracee);

	/* A call that ends the thread is not active. */
	if (tracee->call.is_active)
		call_end(tracer, tracee, result, now_ns);
}

/* The thread has stopped after its moved call. */
static void see_moved_end(struct tracer *tracer, struct tracee *tracee, uint64_t now_ns)
{
	/*
	 * The thread may have stopped for a SIGSYS that was pending, and not for the one of the
	 * gate. Then the program must still receive it.
	 */
	const int signal = dispatch_is_call(tracee, SIGSYS) ? 0 : SIGSYS;

	if (!dispatch_see_moved_end(tracee))
		return;
	/* If another stop came before SIGSYS, it has ended the call. */
	if (tracee->moved_ip)
		end_moved_call(tracer, tracee, now_ns);
	intercept_resume(tracer, tracee, signal);
}

/* The launcher needs to know which of the signals that it received the program has received too. */
static void tell_signal(const struct tracer *tracer, const struct tracee *tracee, int signal)
{
	siginfo_t info;

	if (tracee->process->tgid != tracer->root || !tracer->run.settings.has_launcher ||
	    ptrace_try(PTRACE_GETSIGINFO, tracee->tid, 0, (uintptr_t)&info) < 0 ||
	    info.si_code != SI_USER)
		return;
	launcher_pipe_signal(signal, info.si_pid);
}

static void see_signal(struct tracer *tracer, struct tracee *tracee, int signal)
{
	const int arrived = signal;

	woken_note_signal(tracee, signal);
	signal = fast_before_signal(&tracer->run, tracee, signal);
	if (signal < 0)
		return;
	fast_show_trap(tracee, signal);
	if (signal_hold_begin(tracee, signal)) {
		woken_see_signal(&tracer->run, tracee, signal);
		intercept_resume(tracer, tracee, signal);
		return;
	}
	tracee->hold.begun_ns = clock_now_ns();
	tell_signal(tracer, tracee, arrived);
	if (init_signal_is_deadly(tracee, signal)) {
		let_init_die(tracer, tracee, signal);
		return;
	}
	if (init_signal_is_unheard(tracee, signal))
		signal = 0;
	woken_see_signal(&tracer->run, tracee, signal);
	interrupted_see_signal(tracee, signal);
	signal_hold_note(tracee);
	intercept_resume(tracer, tracee, signal);
}

/* Job control stops the thread. */
static void see_group_stop(struct tracer *tracer, struct tracee *tracee)
{
	const bool was_outside = woken_end_open(&tracer->run, tracee);

	if (!fast_wake_in_gate(&tracer->run, tracee, true))
		woken_see_group_stop(&tracer->run, tracee, was_outside);
}

/* The thread stops because of SIGCONT or a deadline. */
static void see_event(struct tracer *tracer, struct tracee *tracee)
{
	/* A thread in the gate is in a later call than the one that woken.is_open refers to. */
	if (woken_is_repeating(tracee) || !fast_wake_in_gate(&tracer->run, tracee, false))
		woken_see_event(&tracer->run, tracee);
}

static void see_first_stop(struct tracer *tracer, struct tracee *tracee)
{
	if (!tracee->has_stopped && tracer->interception == INTERCEPT_DISPATCH)
		moved_call_see_child(tracee);
	if (!tracee->has_stopped)
		fast_thread_begin(&tracer->run, tracee);
	tracee->has_stopped = true;
}

/* The first stop of a thread whose parent has not reported it yet. */
static void see_stranger(struct tracer *tracer, pid_t tid, bool is_stopped)
{
	struct tracee *tracee = tracee_new(tid);

	births_hold(tracee, is_stopped);
	see_first_stop(tracer, tracee);
	if (tracer->run.settings.follows)
		return;
	/*
	 * The helper sees clone events for such children: without a filter, the child can be
	 * detached.
	 */
	if (births_is_process(tid)) {
		ptrace_try(PTRACE_DETACH, tid, 0, 0);
		forget(tracee);
	}
}

/*
 * Returns false if the stop belongs to a late injection. Returns true if it belongs to the program.
 */
static bool ends_late_call(struct tracee *tracee, int status)
{
	if (!late_call_see_stop(tracee->late, status))
		return false;
	late_call_free(tracee->late);
	tracee->late = NULL;
	return true;
}

/*
 * A thread with a moved call has stopped. If this is the end of the call, changes the kind of the
 * stop. If this is an event of the call, the thread stays in the gate. Otherwise moves the thread
 * back.
 */
static void see_stop_when_moved(struct tracer *tracer, struct tracee *tracee, struct stop *stop,
				uint64_t now_ns)
{
	if (stop->kind == STOP_SIGNAL && moved_call_is_over(tracee, stop->signal))
		stop->kind = STOP_MOVED;
	else if (stop->kind == STOP_SIGNAL || stop->kind == STOP_GROUP || stop->kind == STOP_NEW)
		end_moved_call(tracer, tracee, now_ns);
}

static bool is_dispatch_stop(const struct tracer *tracer, struct tracee *tracee,
			     const struct stop *stop)
{
	return tracer->interception == INTERCEPT_DISPATCH && tracee && stop->kind == STOP_SIGNAL &&
	       dispatch_is_call(tracee, stop->signal);
}

static void handle_stop(struct tracer *tracer, const struct waited *waited, uint64_t now_ns)
{
	struct stop stop = stop_classify(waited->status);
	struct tracee *tracee = tracee_find(waited->tid);

	put_off_forget(waited->tid);
	if (tracee && tracee->late && !ends_late_call(tracee, waited->status))
		return;
	if (tracee && tracee->moved_ip)
		see_stop_when_moved(tracer, tracee, &stop, now_ns);
	else if (is_dispatch_stop(tracer, tracee, &stop))
		stop.kind = tracee->is_at_moved_end ? STOP_MOVED : STOP_DISPATCH;
	else if (tracee && stop.kind == STOP_SIGNAL && dispatch_repeat(tracee, stop.signal))
		return;
	if (tracee && !tracee->call.is_active &&
	    (stop.kind == STOP_SYSCALL || stop.kind == STOP_SECCOMP ||
	     stop.kind == STOP_DISPATCH) &&
	    put_off_stop(tracer, tracee, waited))
		return;
	tracer->nr_stops++;
	debug(tracer, "%d: status %x", (int)waited->tid, (unsigned int)waited->status);
	if (stop.kind == STOP_EXEC) {
		see_exec(tracer, waited->tid, now_ns);
		return;
	}
	if (!tracee) {
		if (stop.kind != STOP_EXITED && stop.kind != STOP_KILLED)
			see_stranger(tracer, waited->tid, stop.kind == STOP_GROUP);
		return;
	}
	if (stop.kind != STOP_EXITED && stop.kind != STOP_KILLED) {
		see_first_stop(tracer, tracee);
		signal_hold_see_stop(tracee, stop.kind);
		fast_area_interrupt(tracee);
	}
	if (stop.kind != STOP_SIGNAL && stop.kind != STOP_NEW && stop.kind != STOP_GROUP)
		woken_settle(&tracer->run, tracee);
	switch (stop.kind) {
	case STOP_DISPATCH:
		see_dispatched_call(tracer, tracee);
		break;
	case STOP_MOVED:
		see_moved_end(tracer, tracee, now_ns);
		break;
	case STOP_SYSCALL:
	case STOP_SECCOMP:
		see_call(tracer, tracee, now_ns, stop.kind == STOP_SECCOMP);
		break;
	case STOP_EXITED:
	case STOP_KILLED:
		see_end(tracer, tracee, waited->status);
		break;
	case STOP_EXIT:
		see_exit(tracer, tracee);
		break;
	case STOP_FORK:
	case STOP_CLONE:
		births_see(tracer, tracee);
		see_birth_end(tracer, tracee, now_ns);
		intercept_resume(tracer, tracee, 0);
		break;
	case STOP_VFORK:
		/* The call continues until the child executes a program or ends. */
		births_see(tracer, tracee);
		intercept_resume(tracer, tracee, 0);
		break;
	case STOP_GROUP:
		see_group_stop(tracer, tracee);
		ptrace_try(PTRACE_LISTEN, tracee->tid, 0, 0);
		break;
	case STOP_SIGNAL:
		see_signal(tracer, tracee, stop.signal);
		break;
	case STOP_NEW:
		see_event(tracer, tracee);
		intercept_resume(tracer, tracee, 0);
		break;
	case STOP_EXEC:
	case STOP_OTHER:
		intercept_resume(tracer, tracee, 0);
		break;
	}
}

/*
 * The helper must know for which signals threads have stopped before it handles an EINTR of another
 * thread.
 */
static void note_signals(const struct tracer *tracer)
{
	struct waited waited;

	/* If there is only one stop, see_signal() notes it. */
	for (unsigned int i = 0; stop_queue_get(1, &waited) && stop_queue_get(i, &waited); i++) {
		const struct stop stop = stop_classify(waited.status);
		struct tracee *tracee = stop.kind == STOP_SIGNAL ? tracee_find(waited.tid) : NULL;

		if (tracee && !is_dispatch_stop(tracer, tracee, &stop))
			woken_note_signal(tracee, stop.signal);
	}
}

void event_loop_run(struct tracer *tracer)
{
	struct waited waited;

	while (next_stops(tracer)) {
		note_signals(tracer);
		/* The queue can grow during the loop. */
		for (unsigned int i = 0; stop_queue_get(i, &waited); i++) {
			tracer->run.blind_ns = waited.blind_ns;
			tracer->run.idle_ns = waited.idle_ns;
			handle_stop(tracer, &waited, waited.seen_ns);
		}
		stop_queue_clear();
		if (births_are_held())
			births_adopt_orphans(tracer);
	}
}
