/* SPDX-License-Identifier: MIT */
/*
 * `scprof run --preload` starts the helper from libscprof.so, inside the program. For the user, all
 * else is as without --preload. tests/tap-run also runs other live tests in this way.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "tests/live/live.h"

/* One test runs scprof in a traced shell, another one preloads a library into scprof. */
static void init(void)
{
	live_init();
	setenv("ASAN_OPTIONS", "detect_leaks=0:verify_asan_link_order=0", 1);
}

TestSuite(run_preload, .init = init, .fini = live_fini, .timeout = 120);

#define RUN_PRELOAD(...) SCPROF("--preload", __VA_ARGS__)
#define BARE(...)	 PLAIN(live_built("scprof"), "run", "--preload", __VA_ARGS__)

/* scprof did not run the program and says in one line why not; @why is a part of it. */
static void expect_refusal(const struct live *live, const char *why)
{
	EXPECT_EXIT(live, 3);
	cr_expect_str_eq(live->texts[0], "");
	cr_expect(strncmp(live->texts[1], "scprof: ", 8) == 0 && strstr(live->texts[1], why) &&
			  strchr(live->texts[1], '\n')[1] == '\0',
		  "not one line with '%s': %s", why, live->texts[1]);
}

Test(run_preload, the_profile_starts_at_the_constructor)
{
	struct live *live = RUN_PRELOAD(live_tracee("nested"), "100");

	EXPECT_EXIT(live, 0);
	cr_expect_str_eq(profile_fact(&live->profile, "start"), "constructor");
	EXPECT_CALLS(live, 100, .name = "getppid",
		     .stack = ";main;outer;middle;inner;(__)?getppid;getppid$");
	EXPECT_CALLS(live,
		     LIVE_CALLS(live, .name = "getppid") + LIVE_CALLS(live, .name = "exit_group"));
}

Test(run_preload, one_line_names_the_profile_which_has_names)
{
	struct live *live = BARE("-o", "%n.pb.gz", live_tracee("nested"), "100");

	EXPECT_EXIT(live, 0);
	cr_expect_eq(strncmp(live->texts[1], "scprof: 100 calls", 17), 0, "%s", live->texts[1]);
	cr_expect(strchr(live->texts[1], '\n')[1] == '\0', "%s", live->texts[1]);
	live_load(live, "tracee_nested.pb.gz");
	EXPECT_CALLS(live, 100, .name = "getppid", .stack = ";main;outer;middle;inner;");
}

Test(run_preload, a_library_of_the_user_is_loaded_second)
{
	char *plugin = live_built("tests/live/plugin.so");
	struct live *live;

	setenv("LD_PRELOAD", plugin, 1);
	live = PLAIN(live_built("scprof"), "-q", "--preload", "sh", "-c",
		     "echo $LD_PRELOAD; grep -c plugin.so /proc/$$/maps");
	unsetenv("LD_PRELOAD");
	EXPECT_EXIT(live, 0);
	cr_expect(strstr(live->texts[0], live_text("/libscprof.so:%s\n", plugin)), "%s",
		  live->texts[0]);
	cr_expect_neq(strchr(live->texts[0], '\n')[1], '0', "%s", live->texts[0]);
}

Test(run_preload, the_program_sees_documented_variables_and_no_descriptor)
{
	const char *const script =
		"env | grep -v -e ^LD_PRELOAD= -e ^SCPROF_ -e ^_=; ls /proc/self/fd";
	struct live *plain = PLAIN("sh", "-c", script);
	struct live *live = RUN_PRELOAD("sh", "-c", script);

	cr_expect_str_eq(live->texts[0], plain->texts[0]);
	live = PLAIN("env", "-i", live_built("scprof"), "run", "--preload", "-q", "-o", "x.pb.gz",
		     "-e", "!futex", "/bin/sh", "-c",
		     "PATH=/usr/bin:/bin; env | grep -o '^SCPROF_[A-Z]*' | sort");
	cr_expect_str_eq(live->texts[0], "SCPROF_LAUNCHER\nSCPROF_OUTPUT\nSCPROF_PROGRAM\n"
					 "SCPROF_QUIET\nSCPROF_TRACE\n");
}

Test(run_preload, children_that_are_not_followed_start_no_profile)
{
	struct live *live =
		BARE("-q", "--no-follow", "sh", "-c", "ls / >/dev/null; ls / >/dev/null");

	EXPECT_EXIT(live, 0);
	cr_expect_str_eq(live->texts[1], "");
	live = PLAIN("sh", "-c", "ls -A");
	cr_expect(strncmp(live->texts[0], "scprof.sh.", 10) == 0 &&
			  strchr(live->texts[0], '\n')[1] == '\0',
		  "not one profile: %s", live->texts[0]);
}

Test(run_preload, static_programs_are_refused)
{
	expect_refusal(BARE(live_tracee("static")), "statically linked");
	expect_refusal(BARE(live_tracee("static_pie")), "statically linked");
}

Test(run_preload, scripts_with_a_static_interpreter_are_refused)
{
	FILE *script = fopen("script", "w");

	cr_assert(script);
	fprintf(script, "#! %s 7\n", live_tracee("static"));
	fclose(script);
	chmod("script", 0755);
	expect_refusal(BARE("./script"), "its interpreter '");
}

Test(run_preload, scripts_are_profiled)
{
	FILE *script = fopen("script", "w");
	struct live *live;

	cr_assert(script);
	fputs("#!/bin/sh\ncat /dev/null\nexit 5\n", script);
	fclose(script);
	chmod("script", 0755);
	live = RUN_PRELOAD("./script");
	EXPECT_EXIT(live, 5);
	EXPECT_CALLS(live, 1, .name = "execve");
}

Test(run_preload, thirty_two_bit_programs_are_refused)
{
	expect_refusal(BARE(live_tracee("i386")), "32-bit");
}

Test(run_preload, programs_that_get_privileges_are_refused)
{
	struct statvfs place;

	live_need_root();
	if (statvfs(".", &place) < 0 || place.f_flag & ST_NOSUID)
		LIVE_SKIP("set-user-ID has no effect here");
	EXPECT_EXIT(PLAIN("install", "-m", "4755", live_tracee("status"), "copy"), 0);
	/* For its owner, it is an ordinary program. */
	EXPECT_EXIT(RUN_PRELOAD("./copy", "7"), 7);
	EXPECT_EXIT(PLAIN("install", "-o", "65534", "-m", "4755", live_tracee("status"), "copy"),
		    0);
	expect_refusal(BARE("./copy", "7"), "set-user-ID");
}

Test(run_preload, the_dynamic_loader_as_the_program_is_not_static)
{
	struct live *live =
		RUN_PRELOAD("/lib64/ld-linux-x86-64.so.2", live_tracee("nested"), "100");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 100, .name = "getppid");
}

Test(run_preload, a_program_that_cannot_be_profiled_is_not_run)
{
	expect_refusal(BARE("-o", "/nonexistent/x.pb.gz", "echo", "text"), "cannot write '/nonex");
	setenv("SCPROF_MAX_FRAMES", "many", 1);
	expect_refusal(BARE("echo", "text"), "SCPROF_MAX_FRAMES");
}

/* strace delays the launcher until the program has started and been refused. */
Test(run_preload, a_refusal_that_the_launcher_reads_late_gives_the_same_exit_status)
{
	struct live *live = PLAIN("strace", "-o", "log", "-e", "inject=poll:delay_enter=300000",
				  live_built("scprof"), "run", "--preload", "-o",
				  "/nonexistent/x.pb.gz", "echo", "text");

	if (WEXITSTATUS(live->status) == 127 && !strstr(live->texts[1], "scprof: "))
		LIVE_SKIP("strace is not installed");
	expect_refusal(live, "cannot write '/nonex");
}

Test(run_preload, a_program_that_strace_traces_is_not_run)
{
	struct live *live = PLAIN("strace", "-f", "-o", "log", live_built("scprof"), "--preload",
				  "echo", "text");

	if (WEXITSTATUS(live->status) == 127)
		LIVE_SKIP("strace is not installed");
	expect_refusal(live, "traces it already");
}

Test(run_preload, a_missing_program_gives_exit_status_127)
{
	EXPECT_EXIT(BARE("./nonexistent"), 127);
}

Test(run_preload, a_log_has_every_call_in_order)
{
	struct live *live = RUN_PRELOAD("--log=calls.sclog", live_tracee("nested"), "100");

	EXPECT_EXIT(live, 0);
	live = PLAIN(live_built("scprof"), "log", "--format", "json", "calls.sclog");
	EXPECT_EXIT(live, 0);
	cr_expect(strstr(live->texts[0], "getppid"), "%s", live->texts[1]);
}

Test(run_preload, few_descriptors_are_enough)
{
	const struct rlimit few = { 13, 13 };
	struct live *live;

	live = live_start(LIVE_PLAIN,
			  LIVE_ARGS("sh", "-c",
				    live_text("ulimit -n %d; exec %s run --preload -q -o "
					      "few.pb.gz %s 50",
					      (int)few.rlim_cur, live_built("scprof"),
					      live_tracee("nested"))));
	live_finish(live);
	EXPECT_EXIT(live, 0);
	live_load(live, "few.pb.gz");
	EXPECT_CALLS(live, 50, .name = "getppid");
}

Test(run_preload, the_helper_prints_debug_messages)
{
	struct live *live;

	setenv("SCPROF_DEBUG", "start", 1);
	live = RUN_PRELOAD(live_tracee("status"), "7");
	EXPECT_EXIT(live, 7);
	cr_expect(strstr(live->texts[1], "seized"), "%s", live->texts[1]);
}
