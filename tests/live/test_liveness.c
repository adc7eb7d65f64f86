/* SPDX-License-Identifier: MIT */
/*
 * Whatever a program does, the helper goes on: all programs get their stops, and signals are heard.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/live.h"

TestSuite(gate_faults, .init = live_init, .fini = live_fini, .timeout = 120);

static void expect_sibling_lives(const char *what)
{
	struct live *live = SCPROF("--engine=fast", live_tracee("spoil"), what);

	EXPECT_EXIT(live, 0);
	cr_expect_str_eq(live->texts[0], "sibling lives\n", "with its %s spoilt", what);
}

Test(gate_faults, stop_nobody_else)
{
	static const char *const whats[] = { "entries", "cycle", "memos",  "words",
					     "self",	"data",	 "active", "nothing" };

	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++)
		expect_sibling_lives(whats[i]);
}

TestSuite(storms, .init = live_init, .fini = live_fini, .timeout = 300);

/* The program makes progress, sees each other signal, and its calls are counted. */
static struct live *expect_progress(const char *what, const char *interval_ns)
{
	struct live *live = SCPROF(live_tracee("signal_storm"), what, interval_ns);

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 400, .name = "getppid", .stack = ";main;make_calls;getppid$");
	EXPECT_ERRORS(live, 0, .name = "getppid");
	return live;
}

static void expect_progress_and_signals(const char *what, const char *interval_ns)
{
	struct live *live = expect_progress(what, interval_ns);

	cr_expect_gt(atoi(live->texts[0] + strlen("ready\n")), 0, "no signal was handled");
}

Test(storms, of_signals_that_are_ignored)
{
	expect_progress("continue", "1");
	expect_progress("ignored", "1");
	expect_progress("ignored_by_thread", "1");
}

Test(storms, of_signals_that_are_handled)
{
	expect_progress_and_signals("handled", "100000");
	expect_progress_and_signals("handled", "10000");
	expect_progress_and_signals("handled", "1000");
	expect_progress_and_signals("realtime", "10000");
	expect_progress("interval", "0");
}

Test(storms, of_two_signals)
{
	expect_progress_and_signals("two", "10000");
}

static void expect_term_is_heard(const char *what, const char *interval_ns)
{
	struct live *live = live_start(LIVE_LAUNCHER, LIVE_ARGS(live_tracee("signal_storm"), what,
								interval_ns, "for_ever"));

	live_await_text(live, "ready");
	usleep(100000);
	kill(live->pid, SIGTERM);
	live_finish(live);
	EXPECT_SIGNAL(live, SIGTERM);
	cr_expect(live->has_profile);
}

Test(storms, let_scprof_be_ended)
{
	expect_term_is_heard("continue", "1");
	expect_term_is_heard("handled", "10000");
}
