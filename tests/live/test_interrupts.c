/* SPDX-License-Identifier: MIT */
/*
 * What signals do to the calls that they come to: as much as without scprof, and no more.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/live/live.h"

TestSuite(births, .init = live_init, .fini = live_fini, .timeout = 240);
TestSuite(ignored, .init = live_init, .fini = live_fini, .timeout = 240);

#define NR_BIRTHS "400"

/* A site that is patched replays its compare: a call that the kernel makes again must not have failed for the child. */
Test(births, no_child_sees_the_call_fail_that_made_it)
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

/* Only a tracer makes the kernel queue such a signal, which wakes the thread: the program must not notice. */
static void expect_results_as_without(const char *how)
{
	struct live *plain = PLAIN(live_tracee("ignored"), how);
	struct live *live = SCPROF(live_tracee("ignored"), how);

	EXPECT_EXIT(plain, 0);
	EXPECT_EXIT(live, 0);
	EXPECT_SAME_TEXT(live, plain);
	/* However often it was made again: a call is one call. */
	EXPECT_CALLS(live, 6, .name = "io_getevents");
	EXPECT_ERRORS(live, 1, .name = "io_getevents");
	EXPECT_CALLS(live, 5, .name = "semtimedop", .error = EAGAIN, .stack = ";call_semtimedop;");
	EXPECT_CALLS(live, 1, .name = "semtimedop", .error = EINTR, .stack = ";call_semtimedop;");
	EXPECT_CALLS(live, 6, .name = "semtimedop", .stack = ";call_semop;");
	EXPECT_CALLS(live, 0, .name = "restart_syscall");
	/* A transfer that was cut short is one call, with all that it has moved. */
	EXPECT_CALLS(live, 12, .name = "writev", .stack = ";call_writev_all;");
	EXPECT_CALLS(live, 0, .name = "write", .stack = ";call_writev_all;");
}

Test(ignored, a_signal_to_the_process_interrupts_nothing)
{
	expect_results_as_without("process");
}

Test(ignored, a_signal_to_a_thread_interrupts_nothing)
{
	expect_results_as_without("thread");
}

/* The thread that the kernel has chosen for the signal is woken, but does not stop for it. */
Test(ignored, a_signal_that_another_thread_takes_interrupts_nothing)
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
 * Neither fails a call that no signal with a handler has interrupted, nor is one repeated that such a signal has.
 * On a busy machine one thread may be woken long before another stops for the first signal, and then its call
 * fails. So one of three runs will do.
 */
Test(ignored, signals_with_handlers_interrupt_calls_among_others_that_do_not)
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

/* The first part of such a call has not stopped, but those for the rest must. */
Test(ignored, a_transfer_that_is_not_counted_is_not_cut_short)
{
	struct live *plain = PLAIN(live_tracee("ignored"), "process", "much");
	struct live *live = SCPROF("--trace=getppid", live_tracee("ignored"), "process", "much");

	EXPECT_EXIT(live, 0);
	EXPECT_SAME_TEXT(live, plain);
}

/* The timeout of such a call must not begin again with each signal: then the call would never end. */
static void expect_to_end(const char *calls)
{
	struct live *plain = PLAIN(live_tracee("ignored"), "process", calls);
	struct live *live = SCPROF("--trace=getppid", live_tracee("ignored"), "process", calls);

	EXPECT_EXIT(live, 0);
	EXPECT_SAME_TEXT(live, plain);
}

Test(ignored, a_timeout_of_a_call_that_is_not_counted_passes)
{
	expect_to_end("epoll");
	expect_to_end("recv");
	expect_to_end("sem");
	expect_to_end("io_");
	expect_to_end("select");
	expect_to_end("ppoll");
}

/* Calls that are not traced have no entry and no exit stop. */
Test(ignored, a_call_that_is_not_counted_is_not_interrupted)
{
	struct live *live = SCPROF("--trace=getppid", live_tracee("ignored_once"));

	EXPECT_EXIT(live, 0);
}
