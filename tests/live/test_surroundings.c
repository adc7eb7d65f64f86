/* SPDX-License-Identifier: MIT */
/*
 * The program cannot detect that it is profiled: with scprof it sees the same surroundings as
 * without. Other processes see no difference either.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/live.h"

TestSuite(surroundings, .init = live_init, .fini = live_fini, .timeout = 120);

/* Removes the line of @text that starts with @head. */
static void drop_line(char *text, const char *head)
{
	char *line = text;

	while (*line) {
		char *end = strchr(line, '\n');

		if (!end)
			return;
		if (strncmp(line, head, strlen(head)) == 0)
			memmove(line, end + 1, strlen(end + 1) + 1);
		else
			line = end + 1;
	}
}

static void expect_same_text(const char *expected, const char *text)
{
	size_t start = 0, i = 0;

	for (; expected[i] && expected[i] == text[i]; i++)
		if (expected[i] == '\n')
			start = i + 1;
	cr_expect(expected[i] == text[i], "\"%.*s\" instead of \"%.*s\"",
		  (int)strcspn(text + start, "\n"), text + start,
		  (int)strcspn(expected + start, "\n"), expected + start);
}

/*
 * The process group is that of the process which the test starts, so its number differs from run to
 * run.
 */
static void expect_same_surroundings(struct live *plain, struct live *profiled)
{
	static const char *const own[] = { "group ", "variable LD_PRELOAD=", "variable SCPROF_" };

	EXPECT_EXIT(plain, 0);
	EXPECT_EXIT(profiled, 0);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		drop_line(plain->texts[0], own[i]);
		drop_line(profiled->texts[0], own[i]);
	}
	expect_same_text(plain->texts[0], profiled->texts[0]);
	expect_same_text(plain->texts[1], profiled->texts[1]);
}

Test(surroundings, are_the_same_under_the_launcher)
{
	char *tracee = live_tracee("surroundings");

	expect_same_surroundings(PLAIN(tracee, "a b", ""), SCPROF(tracee, "a b", ""));
}

Test(surroundings, are_the_same_when_preloaded)
{
	char *tracee = live_tracee("surroundings");

	expect_same_surroundings(PLAIN(tracee, "a b", ""), PRELOAD(tracee, "a b", ""));
}

Test(surroundings, no_variable_is_added_or_lost_by_the_launcher)
{
	LIVE_NEED_FORK("the other ways set variables for the program");
	struct live *plain = PLAIN("env"), *profiled = SCPROF("env");

	expect_same_text(plain->texts[0], profiled->texts[0]);
}

Test(surroundings, the_program_is_in_scprofs_process_group)
{
	struct live *live = SCPROF(live_tracee("surroundings"));
	char expected[64];

	snprintf(expected, sizeof(expected), "group %d session %d\n", live->pid, getsid(0));
	cr_expect(strstr(live->texts[0], expected), "no %s in: %s", expected, live->texts[0]);
}

Test(surroundings, standard_streams_pass_through_and_end)
{
	struct live *live = live_start(LIVE_LAUNCHER, LIVE_ARGS(live_tracee("echo")));

	cr_assert_eq(write(live->in, "some text\n", 10), 10);
	live_finish(live);
	EXPECT_EXIT(live, 0);
	cr_expect_str_eq(live->texts[0], "some text\n");
	cr_expect_str_eq(live->texts[1], "end\n");
}

Test(surroundings, a_pipeline_ends_when_its_program_does)
{
	char *command = live_text("yes | '%s' -q -o yes.pb.gz head -c 100000 | wc -c",
				  live_built("scprof"));
	struct live *live;

	live = PLAIN("sh", "-c", command);
	EXPECT_EXIT(live, 0);
	cr_expect_str_eq(live->texts[0], "100000\n");
	live_load(live, "yes.pb.gz");
	cr_expect_gt(LIVE_CALLS(live, .name = "read"), 0);
}

Test(surroundings, a_closed_standard_error_stays_closed)
{
	char *command = live_text("exec '%s' -o closed.pb.gz '%s' 4 <&- >&- 2>&-",
				  live_built("scprof"), live_tracee("status"));
	struct live *live;

	live = PLAIN("sh", "-c", command);
	EXPECT_EXIT(live, 4);
	live_load(live, "closed.pb.gz");
	EXPECT_CALLS(live, 2, .name = "getppid");
}

Test(surroundings, a_closed_standard_input_stays_closed)
{
	char *command = live_text("exec '%s' -o closed.pb.gz '%s' 4 <&-", live_built("scprof"),
				  live_tracee("status"));
	struct live *live = PLAIN("sh", "-c", command);

	EXPECT_EXIT(live, 4);
	cr_expect(strstr(live->texts[1], "complete; see"), "stderr: %s", live->texts[1]);
}

Test(surroundings, sigchld_may_be_ignored)
{
	struct live *live = PLAIN(live_tracee("ignore_sigchld"), live_built("scprof"), "-q", "-o",
				  "ignored.pb.gz", live_tracee("ignore_sigchld"));

	EXPECT_EXIT(live, 5);
}

Test(surroundings, no_process_is_left_running)
{
	struct live *live = SCPROF(live_tracee("many_children"));
	struct live *processes = PLAIN("ps", "-eo", "args=");

	EXPECT_EXIT(live, 0);
	cr_expect_not(strstr(processes->texts[0], live->path), "%s", processes->texts[0]);
}

/* LeakSanitizer waits for ever until getppid succeeds, but the tracee's filter forbids getppid. */
static void forbid_leak_detection(void)
{
	setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
}

/* If a filter denies a call, only a tracer that stops at every call can see this call. */
Test(surroundings, a_filter_installed_before_scprof_changes_nothing)
{
	struct live *live;

	forbid_leak_detection();
	live = PLAIN(live_tracee("contained"), live_built("scprof"), "-q", "-o", "contained.pb.gz",
		     live_tracee("contained"));

	EXPECT_EXIT(live, 0);
	live_load(live, "contained.pb.gz");
	EXPECT_CALLS(live, 200, .name = "getppid", .error = EPERM);
	EXPECT_CALLS(live, 200, .name = "getuid");
}

#define SET_DISPATCH "16912" /* PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG, from Linux 6.4 on */
#define PR_DISPATCH  59	     /* PR_SET_SYSCALL_USER_DISPATCH, from Linux 5.11 on */
/* The start of a command under a filter that makes a call fail if @first is its first argument. */
#define DENIED(nr, first) live_tracee("denied"), live_text("%d", nr), "1", first
#define WITHOUT_PTRACE	  DENIED(SYS_ptrace, SET_DISPATCH)
#define WITHOUT_PRCTL	  DENIED(SYS_prctl, live_text("%d", PR_DISPATCH))

/* Linux 5.11 to 6.3 has no ptrace request that sets dispatch. */
Test(surroundings, inside_a_filter_dispatch_is_set_by_prctl_if_not_by_ptrace)
{
	struct live *live;

	forbid_leak_detection();
	if (prctl(PR_DISPATCH, 0, 0, 0, 0) < 0)
		LIVE_SKIP("the kernel has no Syscall User Dispatch");
	live = PLAIN(WITHOUT_PTRACE, live_built("scprof"), "-q", "-o", "contained.pb.gz",
		     "--engine=fast", "--intercept=auto", live_tracee("contained"),
		     live_tracee("contained"));

	EXPECT_EXIT(live, 0);
	live_load(live, "contained.pb.gz");
	cr_expect_str_eq(profile_fact(&live->profile, "interception"), "prctl");
	cr_expect(strstr(profile_fact(&live->profile, "fast"), " 2 gates"), "%s",
		  profile_fact(&live->profile, "fast"));
	EXPECT_CALLS(live, 200, .name = "getppid", .error = EPERM);
	EXPECT_CALLS(live, 200, .name = "getuid");
}

Test(surroundings, if_a_filter_denies_dispatch_calls_stop_and_the_profile_says_why)
{
	struct live *live;

	forbid_leak_detection();
	live = PLAIN(WITHOUT_PTRACE, WITHOUT_PRCTL, live_built("scprof"), "-q", "-o",
		     "contained.pb.gz", "--engine=fast", "--intercept=auto", live_tracee("nested"));

	EXPECT_EXIT(live, 0);
	live_load(live, "contained.pb.gz");
	cr_expect_str_eq(profile_fact(&live->profile, "interception"), "stops");
	cr_expect(strstr(profile_fact(&live->profile, "stopped_calls"),
			 "another seccomp filter is active, and denies Syscall User Dispatch"));
	live = PLAIN(WITHOUT_PTRACE, WITHOUT_PRCTL, live_built("scprof"), "--engine=fast",
		     "--intercept=dispatch", live_tracee("nested"));
	EXPECT_EXIT(live, 3);
	cr_expect(strstr(live->texts[1],
			 "--intercept=dispatch: a seccomp filter denies Syscall User Dispatch"),
		  "%s", live->texts[1]);
}

Test(surroundings, the_preloaded_library_can_start_the_helper_inside_a_filter)
{
	const char *sanitizers = getenv("SANITIZER_CFLAGS");
	struct live *live;

	/* The preloaded library decides about the environment of the helper, not this test. */
	if (sanitizers && *sanitizers)
		LIVE_SKIP("LeakSanitizer in the helper waits for a getppid that succeeds");
	live = PLAIN(live_tracee("contained"), "/usr/bin/env",
		     live_text("LD_PRELOAD=%s", live_built("shim/.libs/libscprof.so")),
		     "SCPROF_OUTPUT=contained.pb.gz", "SCPROF_QUIET=1", live_tracee("contained"));

	EXPECT_EXIT(live, 0);
	live_load(live, "contained.pb.gz");
	EXPECT_CALLS(live, 200, .name = "getppid", .error = EPERM);
}
