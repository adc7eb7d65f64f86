// SPDX-License-Identifier: MIT
/*
 * Every wait status of a seized tracee. The tests compose them by hand, as described in ptrace(2)
 * and the kernel's ptrace_event(): event << 16 | signal << 8 | 0x7f.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "helper/trace/stop.h"

static int stopped(int event, int signal)
{
	return event << 16 | signal << 8 | 0x7f;
}

static void expect(int status, enum stop_kind kind, int signal)
{
	struct stop stop = stop_classify(status);

	cr_expect_eq(stop.kind, kind, "status %#x: kind %d, not %d", (unsigned int)status,
		     stop.kind, kind);
	cr_expect_eq(stop.signal, signal, "status %#x: signal %d, not %d", (unsigned int)status,
		     stop.signal, signal);
}

Test(stop, every_exit_status_is_an_exit)
{
	for (int status = 0; status < 256; status++) {
		struct stop stop = stop_classify(status << 8);

		cr_expect_eq(stop.kind, STOP_EXITED);
		cr_expect_eq(stop.signal, 0);
	}
}

Test(stop, every_signal_kills_with_and_without_a_core)
{
	for (int signal = 1; signal < NSIG; signal++) {
		expect(signal, STOP_KILLED, signal);
		expect(signal | WCOREFLAG, STOP_KILLED, signal);
	}
}

Test(stop, every_signal_without_an_event_is_to_be_delivered)
{
	for (int signal = 1; signal < NSIG; signal++)
		expect(stopped(0, signal), STOP_SIGNAL, signal);
}

Test(stop, sigtrap_without_bit_7_is_a_signal_and_not_a_system_call)
{
	expect(stopped(0, SIGTRAP), STOP_SIGNAL, SIGTRAP);
	cr_expect_eq(stop_classify(stopped(0, SIGTRAP | 0x80)).kind, STOP_SYSCALL);
}

Test(stop, only_sigtrap_with_bit_7_is_a_system_call)
{
	for (int signal = 1; signal < NSIG; signal++) {
		enum stop_kind kind = stop_classify(stopped(0, signal | 0x80)).kind;

		cr_expect_eq(kind == STOP_SYSCALL, signal == SIGTRAP, "signal %d", signal);
	}
}

Test(stop, events_are_distinguished)
{
	static const struct {
		int event;
		enum stop_kind kind;
	} events[] = {
		{ PTRACE_EVENT_FORK, STOP_FORK },	 { PTRACE_EVENT_VFORK, STOP_VFORK },
		{ PTRACE_EVENT_CLONE, STOP_CLONE },	 { PTRACE_EVENT_EXEC, STOP_EXEC },
		{ PTRACE_EVENT_VFORK_DONE, STOP_OTHER }, { PTRACE_EVENT_EXIT, STOP_EXIT },
		{ PTRACE_EVENT_SECCOMP, STOP_SECCOMP },	 { PTRACE_EVENT_STOP, STOP_NEW },
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		expect(stopped(events[i].event, SIGTRAP), events[i].kind, SIGTRAP);
}

Test(stop, exec_event_is_not_a_signal)
{
	cr_expect_neq(stop_classify(stopped(PTRACE_EVENT_EXEC, SIGTRAP)).kind, STOP_SIGNAL);
}

Test(stop, stopping_signals_make_a_group_stop_and_others_a_new_thread)
{
	for (int signal = 1; signal < NSIG; signal++) {
		bool is_stopping = signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN ||
				   signal == SIGTTOU;

		expect(stopped(PTRACE_EVENT_STOP, signal), is_stopping ? STOP_GROUP : STOP_NEW,
		       signal);
	}
}

Test(stop, stopping_signal_that_is_to_be_delivered_is_not_a_group_stop)
{
	expect(stopped(0, SIGSTOP), STOP_SIGNAL, SIGSTOP);
	expect(stopped(0, SIGTSTP), STOP_SIGNAL, SIGTSTP);
}

Test(stop, unknown_events_and_continued_statuses_are_only_resumed)
{
	for (int event = PTRACE_EVENT_SECCOMP + 1; event < PTRACE_EVENT_STOP; event++)
		cr_expect_eq(stop_classify(stopped(event, SIGTRAP)).kind, STOP_OTHER);
	expect(0xffff, STOP_OTHER, 0);
}
