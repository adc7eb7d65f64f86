/* SPDX-License-Identifier: MIT */
/*
 * Signals reach, kill and stop the program as without scprof. A call that a signal interrupts is
 * one call, however often the kernel restarts it.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/live.h"

TestSuite(signals, .init = live_init, .fini = live_fini, .timeout = 120);
TestSuite(stops, .init = live_init, .fini = live_fini, .timeout = 120);
TestSuite(restarts, .init = live_init, .fini = live_fini, .timeout = 120);

static void expect_death_by(const char *number, int signal)
{
	struct live *live = SCPROF(live_tracee("die"), number);

	EXPECT_SIGNAL(live, signal);
	EXPECT_CALLS(live, 3, .name = "getppid", .stack = ";main;getppid$");
}

/* With dispatch, calls raise SIGSYS. The program must not notice that in its mask, action or pending signals. */
Test(signals, the_program_does_not_notice_that_calls_raise_sigsys)
{
	struct live *live = SCPROF(live_tracee("sigsys"));

	EXPECT_SIGNAL(live, SIGSYS);
	cr_expect_str_eq(live->texts[0], "ok\n");
	cr_expect_str_eq(live->texts[1], "");
}

Test(signals, death_by_sigterm_is_passed_on)
{
	expect_death_by("15", SIGTERM);
}

Test(signals, death_by_sigkill_is_passed_on)
{
	expect_death_by("9", SIGKILL);
}

Test(signals, death_by_sigsegv_is_passed_on)
{
	expect_death_by("11", SIGSEGV);
}

Test(signals, death_by_a_realtime_signal_is_passed_on)
{
	expect_death_by("40", 40);
}

Test(signals, death_by_a_realtime_signal_is_passed_on_when_no_signal_can_be_queued)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_SIGPENDING, &none);
	expect_death_by("40", 40);
}

Test(signals, the_programs_core_is_the_only_core)
{
	struct rlimit limit;
	unsigned int nr_plain;

	getrlimit(RLIMIT_CORE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_CORE, &limit);
	PLAIN(live_tracee("die"), "11");
	nr_plain = live_count_files();
	if (nr_plain == 0)
		LIVE_SKIP("no core files in the working directory here");
	cr_assert_eq(system("rm -f core*"), 0);
	SCPROF(live_tracee("die"), "11");
	cr_expect_eq(live_count_files(), nr_plain);
}

static struct live *start_waiting(const char *how_it_acts)
{
	struct live *live =
		live_start(LIVE_LAUNCHER, LIVE_ARGS(live_tracee("wait_signal"), how_it_acts));

	live_await_text(live, "ready");
	return live;
}

Test(signals, ctrl_c_ends_the_program_and_keeps_the_profile)
{
	struct live *live = start_waiting(NULL);

	kill(-live->pid, SIGINT);
	live_finish(live);
	EXPECT_SIGNAL(live, SIGINT);
	EXPECT_CALLS(live, 1, .name = "getppid");
}

Test(signals, the_program_can_handle_ctrl_c)
{
	struct live *live = start_waiting("catch");

	kill(-live->pid, SIGINT);
	live_finish(live);
	EXPECT_EXIT(live, 10);
	EXPECT_CALLS(live, 1, .name = "getppid");
}

Test(signals, sigterm_to_scprof_reaches_the_program)
{
	struct live *live = start_waiting("catch");

	kill(live->pid, SIGTERM);
	live_finish(live);
	EXPECT_EXIT(live, 10);
	EXPECT_CALLS(live, 1, .name = "getppid");
}

Test(signals, a_signal_to_the_process_group_arrives_once)
{
	EXPECT_EXIT(SCPROF(live_tracee("signal_group")), 1);
}

Test(signals, a_signal_to_the_process_group_from_an_orphan_arrives_once)
{
	for (int i = 0; i < 8; i++)
		EXPECT_EXIT(SCPROF(live_tracee("signal_group"), "orphan"), 1);
}

Test(signals, a_signal_to_the_process_group_from_outside_arrives_once)
{
	for (int i = 0; i < 3; i++) {
		struct live *live =
			live_start(LIVE_LAUNCHER, LIVE_ARGS(live_tracee("signal_group"), "test"));

		live_await_text(live, "ready");
		kill(-live->pid, SIGUSR1);
		live_finish(live);
		EXPECT_EXIT(live, 1);
	}
}

Test(signals, a_storm_of_signals_loses_no_call)
{
	struct live *live = SCPROF(live_tracee("storm"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 20000, .name = "getppid", .stack = ";main;getppid$");
	EXPECT_CALLS(live, atoi(live->texts[0]), .name = "getpgrp");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

Test(stops, sigstop_holds_every_thread_until_sigcont)
{
	struct live *live = SCPROF(live_tracee("stop"), "19");

	EXPECT_EXIT(live, 0);
}

Test(stops, sigtstp_holds_every_thread_until_sigcont)
{
	struct live *live = SCPROF(live_tracee("stop"), "20");

	EXPECT_EXIT(live, 0);
}

Test(stops, ctrl_z_stops_scprof_with_its_program)
{
	struct live *live = start_waiting("catch");
	int status = 0;

	kill(-live->pid, SIGTSTP);
	cr_assert_eq(waitpid(live->pid, &status, WUNTRACED), live->pid);
	cr_expect(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP, "status %#x",
		  (unsigned)status);
	kill(-live->pid, SIGCONT);
	usleep(50000);
	kill(-live->pid, SIGINT);
	live_finish(live);
	EXPECT_EXIT(live, 10);
}

Test(restarts, an_interrupted_call_is_one_call_and_one_error)
{
	struct live *live = SCPROF(live_tracee("eintr"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 1, .name = "readv", .error = EINTR);
	EXPECT_CALLS(live, 1, .name = "readv");
}

Test(restarts, a_restarted_call_is_one_call_and_no_error)
{
	struct live *live = SCPROF(live_tracee("restart"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 1, .name = "readv", .stack = ";main;blocked;");
	EXPECT_ERRORS(live, 0, .name = "readv");
	EXPECT_CALLS(live, 3, .name = "getppid", .stack = ";main;blocked;.*;handler;getppid$");
}

Test(restarts, stop_and_continue_do_not_split_a_call)
{
	struct live *live = SCPROF(live_tracee("restart_block"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 1, .name = "nanosleep");
	EXPECT_CALLS(live, 1, .name = "poll");
	EXPECT_CALLS(live, 0, .name = "restart_syscall");
	EXPECT_ERRORS(live, 0, .name = "nanosleep");
	EXPECT_ERRORS(live, 0, .name = "poll");
}

Test(restarts, the_time_of_a_restarted_call_is_its_whole_time)
{
	struct live *live = SCPROF(live_tracee("restart_block"));
	struct live_query query = { .name = "nanosleep" };

	cr_expect_geq(live_ask(live, &query).time_ns, 300000000u);
	cr_expect_leq(live_ask(live, &query).time_ns, 2000000000u);
}

Test(restarts, a_call_left_by_longjmp_is_counted_once)
{
	struct live *live = SCPROF(live_tracee("longjmp"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 10, .name = "getppid");
	EXPECT_CALLS(live, 10, .name = "setitimer");
	EXPECT_CALLS(live, 10, .name = "readv", .error = EINTR);
	EXPECT_CALLS(live, 10, .name = "readv");
}

Test(restarts, calls_of_one_site_left_by_longjmp_are_separate_calls)
{
	struct live *live = SCPROF(live_tracee("longjmp_loop"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 20, .name = "pause", .error = EINTR);
	EXPECT_CALLS(live, 20, .name = "pause");
}

Test(restarts, a_call_that_never_ends_is_no_error)
{
	struct live *live = SCPROF(live_tracee("pause_killed"));

	EXPECT_EXIT(live, 0);
	EXPECT_ERRORS(live, 0, .name = "pause");
}
