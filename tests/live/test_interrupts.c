/* SPDX-License-Identifier: MIT */
/*
 * Signals interrupt the same calls as without scprof, and no others.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/live/live.h"

TestSuite(births, .init = live_init, .fini = live_fini, .timeout = 240);
TestSuite(ignored, .init = live_init, .fini = live_fini, .timeout = 240);

#define NR_BIRTHS "400"

/*
 * A patched site repeats the compare after the call. If the kernel restarts the call, the child
 * must not see a failure.
 */
Test(births, no_child_sees_the_call_that_made_it_fail)
{
	struct live *live = SCPROF(live_tracee("births"), NR_BIRTHS);

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 800, .name = "fork");
	EXPECT_CALLS(live, 400, .name = "vfork");
	EXPECT_CALLS(live, 800, .name = "clone3");
	EXPECT_ERRORS(live, 0, .name = "fork");
	EXPECT_ERRORS(live, 0, .name = "clone3");
}

#define EXPECT_SAME_TEXT(live, plain)                                                     \
	cr_expect(strcmp((live)->texts[0], (plain)->texts[0]) == 0, "%s\ninstead of\n%s", \
		  (live)->texts[0], (plain)->texts[0])

/*
 * With a tracer, the kernel queues even ignored signals, which wake the thread. The program must
 * not notice.
 */
static void expect_results_as_without(const char *how)
{
	struct live *plain = PLAIN(live_tracee("ignored"), how);
	struct live *live = SCPROF(live_tracee("ignored"), how);

	EXPECT_EXIT(plain, 0);
	EXPECT_EXIT(live, 0);
	EXPECT_SAME_TEXT(live, plain);
	/* However often the call is restarted, it counts as one call. */
	EXPECT_CALLS(live, 6, .name = "io_getevents");
	EXPECT_ERRORS(live, 1, .name = "io_getevents");
	EXPECT_CALLS(live, 5, .name = "semtimedop", .error = EAGAIN, .stack = ";call_semtimedop;");
	EXPECT_CALLS(live, 1, .name = "semtimedop", .error = EINTR, .stack = ";call_semtimedop;");
	EXPECT_CALLS(live, 6, .name = "semtimedop", .stack = ";call_semop;");
	EXPECT_CALLS(live, 0, .name = "restart_syscall");
	/*
	 * A transfer that a signal cut short is one call, with all bytes that it moved in the end.
	 */
	EXPECT_CALLS(live, 12, .name = "writev", .stack = ";call_writev_all;");
	EXPECT_CALLS(live, 0, .name = "write", .stack = ";call_writev_all;");
}

Test(ignored, ignored_signals_to_the_process_interrupt_nothing)
{
	expect_results_as_without("process");
}

Test(ignored, ignored_signals_to_a_thread_interrupt_nothing)
{
	expect_results_as_without("thread");
}

/*
 * The kernel chooses a thread for the signal and wakes it, but then another thread takes the
 * signal.
 */
Test(ignored, ignored_signals_that_another_thread_takes_interrupt_nothing)
{
	struct live *live = SCPROF(live_tracee("ignored_threads"), "10");

	EXPECT_EXIT(live, 0);
	cr_expect_str_empty(live->texts[0], "%s", live->texts[0]);
	EXPECT_CALLS(live, 20, .name = "epoll_wait");
	EXPECT_ERRORS(live, 0, .name = "epoll_wait");
	EXPECT_CALLS(live, 10, .name = "epoll_pwait");
	EXPECT_ERRORS(live, 0, .name = "epoll_pwait");
	EXPECT_CALLS(live, 10, .name = "semtimedop", .error = EAGAIN);
	EXPECT_CALLS(live, 10, .name = "rt_sigtimedwait", .error = EAGAIN);
	EXPECT_CALLS(live, 10, .name = "recvfrom", .error = EAGAIN);
	EXPECT_CALLS(live, 0, .name = "restart_syscall");
}

/*
 * A call fails only if a signal with a handler interrupted it, and then scprof does not repeat it.
 * On a busy machine a thread may be woken long before another thread stops for the first signal,
 * and then its call fails. So one good run of three is enough.
 */
Test(ignored, signals_interrupt_no_calls_but_signals_with_handlers_do)
{
	struct live *live = NULL;
	bool is_right = false;

	for (int run = 0; run < 3 && !is_right; run++) {
		live = SCPROF(live_tracee("handled_in_flood"), "20");
		is_right = WIFEXITED(live->status) && WEXITSTATUS(live->status) == 0 &&
			   !*live->texts[0];
	}
	EXPECT_EXIT(live, 0);
	cr_expect_str_empty(live->texts[0], "%s", live->texts[0]);
	EXPECT_CALLS(live, 80, .name = "epoll_wait", .error = EINTR);
	EXPECT_CALLS(live, 80, .name = "epoll_wait");
}

/* The first part of such a call does not stop, but the calls for the rest must. */
Test(ignored, signals_do_not_cut_short_a_transfer_that_is_not_traced)
{
	struct live *plain = PLAIN(live_tracee("ignored"), "process", "much");
	struct live *live = SCPROF("--trace=getppid", live_tracee("ignored"), "process", "much");

	EXPECT_EXIT(live, 0);
	EXPECT_SAME_TEXT(live, plain);
}

/* If the timeout of such a call began again with each signal, the call would never end. */
static void expect_to_end(const char *calls)
{
	struct live *plain = PLAIN(live_tracee("ignored"), "process", calls);
	struct live *live = SCPROF("--trace=getppid", live_tracee("ignored"), "process", calls);

	EXPECT_EXIT(live, 0);
	EXPECT_SAME_TEXT(live, plain);
}

Test(ignored, signals_do_not_prolong_the_timeout_of_a_call_that_is_not_traced)
{
	expect_to_end("epoll");
	expect_to_end("recv");
	expect_to_end("sem");
	expect_to_end("io_");
	expect_to_end("select");
	expect_to_end("ppoll");
}

/* Calls that are not traced have no entry and no exit stop. */
Test(ignored, signals_do_not_interrupt_a_call_that_is_not_traced)
{
	struct live *live = SCPROF("--trace=getppid", live_tracee("ignored_once"));

	EXPECT_EXIT(live, 0);
}
