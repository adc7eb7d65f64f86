/* SPDX-License-Identifier: MIT */
/*
 * LD_PRELOAD=libscprof.so profiles a program without the launcher, from the library's constructor
 * on. The profile has no calls of the shim.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/live.h"

TestSuite(preload, .init = live_init, .fini = live_fini, .timeout = 120);

Test(preload, all_calls_of_the_program_are_counted)
{
	struct live *live = PRELOAD(live_tracee("nested"), "100");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 100, .name = "getppid",
		     .stack = ";main;outer;middle;inner;(__)?getppid;getppid$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

Test(preload, no_call_of_the_shim_or_loader_is_counted)
{
	struct live *live = PRELOAD(live_tracee("nested"), "100");

	EXPECT_CALLS(live, 0, .name = "execve");
	EXPECT_CALLS(live, 0, .name = "seccomp");
	EXPECT_CALLS(live, 0, .name = "openat");
	EXPECT_CALLS(live, 0, .stack = "scprof");
	EXPECT_CALLS(live,
		     LIVE_CALLS(live, .name = "getppid") + LIVE_CALLS(live, .name = "exit_group"));
}

Test(preload, the_profile_says_that_it_starts_at_the_constructor)
{
	struct live *live = SCPROF(live_tracee("nested"), "1");
	const char *start;

	cr_expect_str_eq(profile_fact(&live->profile, "start"), "execve");
	/* This runs last, because it writes the same file as the runs above. */
	live = PRELOAD(live_tracee("nested"), "1");
	start = profile_fact(&live->profile, "start");
	cr_assert(start);
	cr_expect_str_eq(start, "constructor");
}

Test(preload, threads_are_counted)
{
	EXPECT_CALLS(PRELOAD(live_tracee("threads")), 450, .name = "getppid");
}

Test(preload, children_are_counted)
{
	struct live *live = PRELOAD(live_tracee("children"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 7, .name = "getppid");
}

Test(preload, programs_that_it_starts_are_counted_in_the_same_profile)
{
	char *self = live_tracee("exec_chain");
	struct live *live = PRELOAD(self, self, live_tracee("nested"), "30");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 34, .name = "getppid");
	EXPECT_CALLS(live, 2, .name = "execve");
}

Test(preload, a_static_program_that_it_starts_is_counted)
{
	struct live *live = PRELOAD(live_tracee("exec_chain"), live_tracee("static"), "30");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 32, .name = "getppid");
}

Test(preload, death_by_a_signal_is_unchanged_and_profiled)
{
	struct live *live = PRELOAD(live_tracee("die"), "15");

	EXPECT_SIGNAL(live, SIGTERM);
	EXPECT_CALLS(live, 3, .name = "getppid");
}

Test(preload, the_program_waits_for_its_own_children_only)
{
	struct live *live = PRELOAD(live_tracee("wait_all"));

	EXPECT_EXIT(live, 0);
}

Test(preload, a_process_that_outlives_the_first_is_in_the_profile)
{
	struct live *live = PRELOAD(live_tracee("daemon"), "done");

	EXPECT_EXIT(live, 5);
	for (int i = 0; i < 500 && access(live->path, F_OK) != 0; i++)
		usleep(20000);
	cr_expect_eq(access("done", F_OK), 0);
	live_load(live, live->path);
	EXPECT_CALLS(live, 7, .name = "getppid");
}

Test(preload, a_shell_pipeline_is_one_profile)
{
	struct live *live = PRELOAD("sh", "-c", "echo text | cat | cat; exit 4");

	EXPECT_EXIT(live, 4);
	cr_expect_str_eq(live->texts[0], "text\n");
	EXPECT_CALLS(live, 2, .name = "execve");
	EXPECT_CALLS(live, 2, .name = "write", .process = "cat");
}

Test(preload, a_subreaper_has_only_its_own_children)
{
	char *variable = live_text("LD_PRELOAD=%s", live_built("shim/.libs/libscprof.so"));
	struct live *live =
		PLAIN(live_tracee("subreaper"), "/usr/bin/env", variable,
		      "SCPROF_OUTPUT=reaper.pb.gz", "SCPROF_QUIET=1", live_tracee("subreaper"));

	EXPECT_EXIT(live, 0);
	live_load(live, "reaper.pb.gz");
}

Test(preload, a_full_standard_error_does_not_delay_the_end)
{
	char *command = live_text("mkfifo full; exec 3<>full; SCPROF_OUTPUT=full.pb.gz "
				  "LD_PRELOAD='%s' head -c 65536 /dev/zero >&3 2>&3",
				  live_built("shim/.libs/libscprof.so"));
	struct live *live = PLAIN("sh", "-c", command);

	EXPECT_EXIT(live, 0);
	live_load(live, "full.pb.gz");
}

/*
 * @options is for ASAN_OPTIONS. @before is a shell word; it comes before the library in LD_PRELOAD.
 */
static void expect_sanitized(const char *options, const char *before)
{
	char *tracee = live_tracee("asan");
	struct live *live;

	setenv("ASAN_OPTIONS", options, 1);
	if (PLAIN(tracee, "400")->status != 0)
		LIVE_SKIP("the sanitizer itself does not work here");
	live = PLAIN(
		"sh", "-c",
		live_text("runtime=$(ldd '%s' | sed -n 's/.*libasan.* => \\([^ ]*\\).*/\\1/p'); "
			  "SCPROF_QUIET=yes SCPROF_OUTPUT=asan.pb.gz LD_PRELOAD=\"%s %s\" "
			  "exec '%s' 400",
			  tracee, before, live_built("shim/.libs/libscprof.so"), tracee));
	EXPECT_EXIT(live, 0);
	live_load(live, "asan.pb.gz");
	EXPECT_CALLS(live, 400, .name = "getppid");
}

Test(preload, address_sanitizers_runtime_can_come_first)
{
	expect_sanitized("detect_leaks=0", "$runtime");
}

Test(preload, address_sanitizer_can_be_told_to_ignore_the_order)
{
	expect_sanitized("detect_leaks=0:verify_asan_link_order=0", "");
}

Test(preload, standard_streams_end_with_the_program)
{
	struct live *live = PRELOAD(live_tracee("echo"));

	EXPECT_EXIT(live, 0);
	cr_expect_str_eq(live->texts[1], "end\n");
}

Test(preload, a_program_that_strace_traces_runs_unprofiled)
{
	char *preload = live_text("LD_PRELOAD=%s", live_built("shim/.libs/libscprof.so"));
	struct live *live;

	live = PLAIN("strace", "-f", "-o", "log", "-E", preload, "-E", "SCPROF_OUTPUT=x.pb.gz",
		     live_tracee("status"), "7");
	if (WEXITSTATUS(live->status) == 127)
		LIVE_SKIP("strace is not installed");
	EXPECT_EXIT(live, 7);
	cr_expect(strncmp(live->texts[1], "scprof: ", 8) == 0, "%s", live->texts[1]);
	cr_expect_neq(access("x.pb.gz", F_OK), 0);
}

Test(preload, an_unwritable_output_leaves_the_program_unprofiled)
{
	struct live *live;

	setenv("SCPROF_OUTPUT", "/nonexistent/x.pb.gz", 1);
	setenv("LD_PRELOAD", live_built("shim/.libs/libscprof.so"), 1);
	live = PLAIN(live_tracee("status"), "7");
	unsetenv("LD_PRELOAD");
	EXPECT_EXIT(live, 7);
	cr_expect_eq(strncmp(live->texts[1], "scprof: ", 8), 0, "%s", live->texts[1]);
}
