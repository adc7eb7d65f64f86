/* SPDX-License-Identifier: MIT */
/*
 * If a test denies scprof something, `scprof doctor` says so. Its exit status is 0 exactly where
 * scprof can profile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/live/live.h"

/* LeakSanitizer needs ptrace, which many of these tests deny. */
static void init(void)
{
	live_init();
	setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
}

TestSuite(doctor, .init = init, .fini = live_fini, .timeout = 120);

#define DOCTOR	     live_built("scprof"), "doctor", "--json"
#define CAN_PROFILE  live_built("scprof"), "-q", "-o", "/dev/null", "true"
#define ANY	     "-1"
#define GATE	     "1879048192" /* 0x70000000 */
#define SET_DISPATCH "16912"	  /* PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG */
#define PR_DISPATCH  "59"
#define EPERM_TEXT   "1"
/* The start of a command that makes system call @nr fail, if its first argument is @first. */
#define DENIED(nr, first) live_tracee("denied"), nr, EPERM_TEXT, first

static const char *number(long value)
{
	return live_text("%ld", value);
}

/* Returns true if the check @name succeeded. Fails the test if it was not made. */
static bool is_ok(const struct live *live, const char *name)
{
	const char *yes = live_text("{\"name\":\"%s\",\"ok\":true,", name);
	const char *no = live_text("{\"name\":\"%s\",\"ok\":false,", name);

	cr_assert(strstr(live->texts[0], yes) || strstr(live->texts[0], no),
		  "no %s in: %s; stderr: %s", name, live->texts[0], live->texts[1]);
	return strstr(live->texts[0], yes) != NULL;
}

static void expect_exit(const struct live *live, bool can_profile)
{
	EXPECT_EXIT(live, can_profile ? 0 : 1);
	cr_expect_eq(is_ok(live, "run"), can_profile, "%s", live->texts[0]);
	cr_expect_str_eq(live->texts[1], "");
}

Test(doctor, where_scprof_can_profile_the_exit_status_is_0)
{
	struct live *live = PLAIN(DOCTOR);

	expect_exit(live, true);
	cr_expect(is_ok(live, "ptrace") && is_ok(live, "stops"), "%s", live->texts[0]);
	live = PLAIN(live_built("scprof"), "doctor");
	EXPECT_EXIT(live, 0);
	cr_expect_eq(strncmp(live->texts[0], "ptrace         yes  ", 20), 0, "%s", live->texts[0]);
	cr_expect(strstr(live->texts[0], "\nrun            yes  "), "%s", live->texts[0]);
}

Test(doctor, without_ptrace_the_exit_status_is_1)
{
	struct live *live = PLAIN(DENIED(number(SYS_ptrace), ANY), DOCTOR);

	expect_exit(live, false);
	cr_expect_not(is_ok(live, "ptrace") || is_ok(live, "dispatch") || is_ok(live, "filter") ||
		      is_ok(live, "stops"));
	cr_expect(strstr(live->texts[0], "the seccomp filter of a container"), "%s",
		  live->texts[0]);
	cr_expect(is_ok(live, "gate") && is_ok(live, "shared-memory"), "%s", live->texts[0]);
}

Test(doctor, errors_of_run_name_scprof_doctor)
{
	struct live *live = PLAIN(DENIED(number(SYS_ptrace), ANY), live_built("scprof"), "true");

	EXPECT_EXIT(live, 3);
	cr_expect(strstr(live->texts[1], "run 'scprof doctor' for the reasons\n"), "%s",
		  live->texts[1]);
	live = PLAIN(DENIED(number(SYS_signalfd4), ANY), live_built("scprof"), "true");
	EXPECT_EXIT(live, 3);
	cr_expect(strstr(live->texts[1], "run 'scprof doctor' for the reasons\n"), "%s",
		  live->texts[1]);
}

Test(doctor, stats_name_scprof_doctor_if_another_filter_slows_the_run_down)
{
	struct live *live = PLAIN(DENIED(number(SYS_reboot), ANY), live_built("scprof"), "--stats",
				  "-o", "x.pb.gz", "true");

	EXPECT_EXIT(live, 0);
	cr_expect_eq(!strstr(live->texts[1], ": another seccomp filter is active"),
		     !strstr(live->texts[1], "run 'scprof doctor' for the reasons\n"), "%s",
		     live->texts[1]);
}

Test(doctor, in_a_traced_shell_the_tracer_is_named)
{
	struct live *live = PLAIN("strace", "-f", "-o", "log", DOCTOR);

	if (WEXITSTATUS(live->status) == 127)
		LIVE_SKIP("strace is not installed");
	expect_exit(live, false);
	cr_expect_not(is_ok(live, "ptrace"));
	cr_expect(strstr(live->texts[0], "strace or another profiler) traces this shell"), "%s",
		  live->texts[0]);
}

Test(doctor, if_seccomp_is_denied_the_filter_check_fails)
{
	struct live *live = PLAIN(DENIED(number(SYS_seccomp), ANY), DOCTOR);
	struct live *run = PLAIN(DENIED(number(SYS_seccomp), ANY), CAN_PROFILE);

	expect_exit(live, run->status == 0);
	cr_expect(is_ok(live, "ptrace") && is_ok(live, "stops"));
	cr_expect_not(is_ok(live, "filter"));
	cr_expect(strstr(live->texts[0], "a seccomp filter cannot be installed"), "%s",
		  live->texts[0]);
}

Test(doctor, if_another_filter_is_active_the_filter_check_fails)
{
	struct live *live = PLAIN(DENIED(number(SYS_reboot), ANY), DOCTOR);
	struct live *run = PLAIN(DENIED(number(SYS_reboot), ANY), CAN_PROFILE);

	expect_exit(live, run->status == 0);
	cr_expect_not(is_ok(live, "filter"));
	cr_expect(strstr(live->texts[0], "another seccomp filter is active"), "%s", live->texts[0]);
}

Test(doctor, dispatch_works_if_either_ptrace_or_prctl_can_set_it)
{
	bool works = is_ok(PLAIN(DOCTOR), "dispatch");
	struct live *live;

	live = PLAIN(DENIED(number(SYS_ptrace), SET_DISPATCH),
		     DENIED(number(SYS_prctl), PR_DISPATCH), DOCTOR);
	cr_expect_not(is_ok(live, "dispatch"));
	live = PLAIN(DENIED(number(SYS_ptrace), SET_DISPATCH), DOCTOR);
	cr_expect_eq(is_ok(live, "dispatch"), works);
	if (works)
		cr_expect(strstr(live->texts[0], "set with prctl"), "%s", live->texts[0]);
}

Test(doctor, if_the_address_of_the_gate_is_denied_the_gate_check_fails)
{
	struct live *live = PLAIN(DENIED(number(SYS_mmap), GATE), DOCTOR);

	cr_expect_not(is_ok(live, "gate"), "%s", live->texts[0]);
	cr_expect(is_ok(live, "ptrace"));
}

Test(doctor, one_kind_of_shared_memory_is_enough)
{
	struct live *live = PLAIN(DENIED(number(SYS_memfd_create), ANY), DOCTOR);

	cr_expect(is_ok(live, "shared-memory"), "%s", live->texts[0]);
	live = PLAIN(DENIED(number(SYS_memfd_create), ANY), DENIED(number(SYS_shmget), ANY),
		     DOCTOR);
	cr_expect_not(is_ok(live, "shared-memory"), "%s", live->texts[0]);
}

Test(doctor, a_limit_that_stops_the_helper_is_named)
{
	struct live *live = PLAIN(
		"sh", "-c", live_text("ulimit -n 11; exec %s doctor --json", live_built("scprof")));

	expect_exit(live, false);
	cr_expect(strstr(live->texts[0], "open files (ulimit -n)"), "%s", live->texts[0]);
}

Test(doctor, an_ordinary_user_can_call_it)
{
	struct live *live;

	live_need_root();
	EXPECT_EXIT(PLAIN("install", "-m", "755", live_built("scprof"), "scprof"), 0);
	chmod(".", 0755);
	live = PLAIN("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "./scprof",
		     "-q", "-o", "/dev/null", "true");
	expect_exit(PLAIN("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "./scprof",
			  "doctor", "--json"),
		    live->status == 0);
}

Test(doctor, it_is_right_in_a_user_namespace)
{
	struct live *live;

	if (PLAIN("unshare", "-Ur", "true")->status != 0)
		LIVE_SKIP("no user namespace can be made here");
	live = PLAIN("unshare", "-Ur", CAN_PROFILE);
	expect_exit(PLAIN("unshare", "-Ur", DOCTOR), live->status == 0);
}

Test(doctor, debuginfod_needs_a_server)
{
	unsetenv("DEBUGINFOD_URLS");
	cr_expect_not(is_ok(PLAIN(DOCTOR), "debuginfod"));
	cr_expect(strstr(PLAIN(DOCTOR)->texts[0], "DEBUGINFOD_URLS names no server"));
}

Test(doctor, the_variables_of_the_user_do_not_change_the_result)
{
	setenv("SCPROF_OUTPUT", "/nonexistent/x", 1);
	setenv("SCPROF_ENGINE", "none", 1);
	setenv("SCPROF_INTERCEPT", "none", 1);
	setenv("SCPROF_LOG", "yes", 1);
	expect_exit(PLAIN(DOCTOR), true);
}

Test(doctor, it_leaves_no_file_and_no_process)
{
	struct live *live;

	setenv("TMPDIR", ".", 1);
	EXPECT_EXIT(PLAIN(DOCTOR), 0);
	live = PLAIN("ls", "-A");
	cr_expect_str_eq(live->texts[0], "");
}

Test(doctor, a_wrong_command_line_gives_exit_status_2)
{
	EXPECT_EXIT(PLAIN(live_built("scprof"), "doctor", "--wrong"), 2);
	EXPECT_EXIT(PLAIN(live_built("scprof"), "doctor", "word"), 2);
}
