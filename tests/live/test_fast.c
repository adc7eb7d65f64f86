/* SPDX-License-Identifier: MIT */
/*
 * The fast engine changes neither what the program can see (the tracees check this) nor what the
 * profile says. If a tracee behaves the same each time, the test compares whole profiles of both
 * engines. Otherwise it compares the profile with counts that the tracee prints.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/live.h"

TestSuite(fast, .init = live_init, .fini = live_fini, .timeout = 240);

#define FAST(...)   SCPROF("--engine=fast", __VA_ARGS__)
#define PTRACE(...) SCPROF("--engine=ptrace", __VA_ARGS__)

/* Other calls vary: threads wait for each other, and ld.so's malloc takes memory. */
#define STEADY                                                                              \
	";(getppid|getpgrp|pread64|read|poll|clock_nanosleep|kill|dup|gettid|getpid|close|" \
	"mmap|munmap|mprotect|clone|clone3|vfork|execve|prctl|arch_prctl|write)$"

static char *first_difference(const char *a, const char *b)
{
	size_t at = 0;

	while (a[at] && a[at] == b[at])
		at++;
	while (at && a[at - 1] != '\n')
		at--;
	return live_text("fast:\n%.900s\nptrace:\n%.900s", a + at, b + at);
}

static struct live *expect_same(const char *tracee, const char *argument, const char *argument_2,
				const char *pattern, uint64_t at_least)
{
	const char *path = live_tracee(tracee);
	struct live *fast = FAST(path, argument, argument_2);
	struct live *ptrace = PTRACE(path, argument, argument_2);
	char *summaries[2];

	cr_expect_eq(fast->status, ptrace->status, "status %#x, not %#x; stderr: %s",
		     (unsigned)fast->status, (unsigned)ptrace->status, fast->texts[1]);
	cr_expect(fast->status == 0 || WIFSIGNALED(fast->status), "status %#x; stderr: %s",
		  (unsigned)fast->status, fast->texts[1]);
	summaries[0] = live_summary(fast, pattern);
	summaries[1] = live_summary(ptrace, pattern);
	cr_expect(strcmp(summaries[0], summaries[1]) == 0, "%s",
		  first_difference(summaries[0], summaries[1]));
	free(summaries[0]);
	free(summaries[1]);
	EXPECT_IN_GATE(fast, at_least);
	return fast;
}

static void expect_bombarded(const char *by)
{
	struct live *live = FAST(live_tracee("fast_signals"), by);
	int nr = 0, nr_handled = 0;

	EXPECT_EXIT(live, 0);
	cr_assert_eq(sscanf(live->texts[0], "%d %d", &nr, &nr_handled), 2);
	EXPECT_CALLS(live, nr, .name = "getppid", .stack = ";main;work;raw;getppid$");
	EXPECT_CALLS(live, nr, .name = "dup", .stack = ";main;work;syscall;dup$", .error = EBADF);
	EXPECT_CALLS(live, nr, .name = "pread64", .stack = ";main;work;.*pread64$", .error = EBADF);
	EXPECT_CALLS(live, nr_handled, .name = "getpgrp", .stack = ";main;.*;handler;getpgrp$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
	EXPECT_IN_GATE(live, (uint64_t)nr);
}

Test(fast, signals_from_a_timer_interrupt_the_program_in_its_own_code)
{
	expect_bombarded("timer");
}

Test(fast, signals_from_a_thread_interrupt_the_program_in_its_own_code)
{
	expect_bombarded("thread");
}

Test(fast, signals_from_a_process_interrupt_the_program_in_its_own_code)
{
	expect_bombarded("process");
}

Test(fast, a_program_can_single_step_itself)
{
	struct live *live = expect_same("fast_signals", "self", NULL, ";(getppid|dup)$", 250);

	EXPECT_CALLS(live, 321, .name = "getppid");
	EXPECT_CALLS(live, atoi(live->texts[0]), .name = "getpgrp");
}

Test(fast, stops_and_continues_lose_no_call)
{
	struct live *live = FAST(live_tracee("fast_signals"), "job");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, atoi(live->texts[0]), .name = "getppid", .stack = ";raw;getppid$");
	EXPECT_CALLS(live, 800, .name = "kill");
	EXPECT_IN_GATE(live, 50000);
}

static struct live *run_blocked(const char *how)
{
	struct live *live = FAST(live_tracee("fast_blocked"), how);

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, atoi(live->texts[0]), .name = "getpgrp", .stack = ";handler;getpgrp$");
	return live;
}

Test(fast, a_restarted_call_is_one_call)
{
	struct live *live = run_blocked("r");

	EXPECT_CALLS(live, 640, .name = "read", .stack = ";(block|warm);raw_read;read$");
	EXPECT_CALLS(live, 640, .name = "read",
		     .stack = ";(block|warm);cooked_read;read;([^;]*;){0,2}read$");
	EXPECT_CALLS(live, 40, .name = "read", .stack = ";block;raw_read;read$");
	EXPECT_ERRORS(live, 0, .name = "read");
	EXPECT_CALLS(live, 0, .name = "restart_syscall");
	EXPECT_IN_GATE(live, 1000);
}

Test(fast, an_interrupted_call_is_one_call_and_one_error)
{
	struct live *live = run_blocked("e");

	EXPECT_CALLS(live, 40, .name = "read", .stack = ";block;raw_read;read$", .error = EINTR);
	EXPECT_CALLS(live, 40, .name = "read",
		     .stack = ";block;cooked_read;read;([^;]*;){0,2}read$", .error = EINTR);
	EXPECT_ERRORS(live, 80, .name = "read");
	EXPECT_CALLS(live, 1200, .name = "read", .stack = ";warm;");
	EXPECT_IN_GATE(live, 1000);
}

Test(fast, a_call_left_by_longjmp_is_counted_once)
{
	struct live *live = run_blocked("l");

	EXPECT_CALLS(live, 40, .name = "read", .stack = ";block;raw_read;read$", .error = EINTR);
	EXPECT_CALLS(live, 40, .name = "read", .stack = ";block;cooked_read;.*read",
		     .error = EINTR);
	EXPECT_ERRORS(live, 80, .name = "read");
	EXPECT_CALLS(live, 1200, .name = "read", .stack = ";warm;");
	EXPECT_IN_GATE(live, 1000);
}

Test(fast, a_site_is_not_patched_while_a_call_is_open_at_it)
{
	struct live *live = run_blocked("n");

	EXPECT_CALLS(live, 2, .name = "read", .error = EINTR);
	EXPECT_CALLS(live, 1200, .name = "read", .stack = ";warm;");
	EXPECT_CALLS(live, 200 * atoi(live->texts[0]), .name = "read", .stack = ";read_others;");
	EXPECT_IN_GATE(live, 1000);
}

Test(fast, a_call_is_restarted_at_a_site_that_was_patched_meanwhile)
{
	struct live *live = run_blocked("m");

	EXPECT_CALLS(live, 1, .name = "read", .stack = ";block;raw_read;read$");
	EXPECT_CALLS(live, 1, .name = "read",
		     .stack = ";block;cooked_read;read;([^;]*;){0,2}read$");
	EXPECT_ERRORS(live, 0, .name = "read");
	EXPECT_CALLS(live, 1200, .name = "read", .stack = ";warm;");
	EXPECT_IN_GATE(live, 1000);
}

Test(fast, a_stopped_call_whose_site_is_patched_is_one_call)
{
	struct live *live = FAST(live_tracee("fast_restart"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 45, .name = "nanosleep", .stack = ";child;sleep_for;syscall;nanosleep$");
	EXPECT_ERRORS(live, 0, .name = "nanosleep");
	EXPECT_CALLS(live, 0, .name = "restart_syscall");
}

Test(fast, no_follow_loses_no_call)
{
	struct live *live = FAST("--no-follow", live_tracee("nested"), "500");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 500, .name = "getppid", .stack = ";main;outer;middle;inner;");
}

Test(fast, faults_of_the_program_reach_its_handlers)
{
	expect_same("fast_faults", NULL, NULL, NULL, 500);
}

Test(fast, a_sigsegv_that_was_sent_is_not_taken_for_a_fault_of_the_gate)
{
	struct live *live = FAST(live_tracee("fast_faults"), "sent");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, atoi(live->texts[0]), .name = "getppid");
	EXPECT_IN_GATE(live, 10000);
}

Test(fast, blocked_threads_can_be_cancelled)
{
	expect_same("fast_cancel", NULL, NULL, ";run;.*;(read|poll|clock_nanosleep|getpgrp)$",
		    3000);
}

Test(fast, blocked_threads_can_be_cancelled_asynchronously)
{
	expect_same("fast_cancel", "async", NULL, ";run;.*;(read|poll|clock_nanosleep|getpgrp)$",
		    3000);
}

Test(fast, handlers_can_throw)
{
	expect_same("fast_exception", NULL, NULL, ";raw_read[^;]*;(read|rt_sig.*)$|thrower", 250);
}

Test(fast, calls_of_coroutines_have_their_stacks)
{
	expect_same("fast_stacks", "coroutines", NULL, NULL, 1200);
}

Test(fast, the_gate_recovers_when_a_stack_is_unmapped)
{
	struct live *live = expect_same("fast_stacks", "moved", NULL, NULL, 1000);

	cr_expect_gt(live_gate_counts(live).repaired, 0);
}

Test(fast, frames_that_alloca_moves_are_recognised)
{
	expect_same("fast_stacks", "alloca", NULL, NULL, 3000);
}

Test(fast, each_depth_of_a_recursion_is_its_own_stack)
{
	expect_same("fast_stacks", "recursion", NULL, NULL, 300);
}

Test(fast, more_stacks_than_an_area_holds_lose_no_call)
{
	expect_same("fast_stacks", "stacks", NULL, NULL, 0);
}

Test(fast, libraries_can_take_turns_at_one_address)
{
	expect_same("fast_text", live_built("tests/live/plugin.so"),
		    live_built("tests/live/plugin_b.so"), NULL, 2000);
}

Test(fast, calls_of_code_written_at_run_time_are_counted)
{
	expect_same("fast_text", "jit", NULL, NULL, 0);
}

Test(fast, calls_of_code_mapped_over_the_program_are_counted)
{
	expect_same("fast_text", NULL, NULL, NULL, 100);
}

Test(fast, waves_of_threads_lose_no_call)
{
	struct live *live = expect_same("fast_threads", NULL, NULL, ";(getppid|pread64)$", 50000);

	EXPECT_CALLS(live, 50000, .name = "getppid", .stack = ";run;call;getppid$");
	EXPECT_CALLS(live, 50000, .name = "pread64", .error = EBADF);
}

Test(fast, threads_can_use_sites_while_they_are_patched)
{
	struct live *live =
		expect_same("fast_race", NULL, NULL, ";run;call;.*;(getppid|unknown.*)$", 10000);

	EXPECT_CALLS(live, 49152, .name = "getppid", .stack = ";run;call;");
}

Test(fast, small_stacks_are_enough)
{
	struct live *live =
		expect_same("fast_threads", "small", NULL, ";(getppid|pread64)$", 50000);

	EXPECT_CALLS(live, 50000, .name = "getppid", .stack = ";run;call;getppid$");
}

Test(fast, children_of_a_program_with_threads_lose_no_call)
{
	struct live *live =
		expect_same("fast_processes", "fork", NULL, ";(getppid|pread64)$", 10000);

	EXPECT_CALLS(live, 12300, .name = "getppid", .stack = ";call;call_once;getppid$");
}

Test(fast, many_children_lose_no_call)
{
	struct live *live = FAST(live_tracee("fast_processes"), "many");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 200300, .name = "getppid", .stack = ";call;call_once;getppid$");
	EXPECT_CALLS(live, 200300, .name = "pread64", .stack = ";call;pread;.*pread64$",
		     .error = EBADF);
	EXPECT_IN_GATE(live, 300000);
}

Test(fast, vfork_and_exec_lose_no_call)
{
	expect_same("fast_processes", "vfork", NULL, NULL, 10000);
}

Test(fast, clones_without_the_c_library_lose_no_call)
{
	expect_same("fast_processes", "clone", NULL, NULL, 10000);
}

Test(fast, a_thread_may_execute_a_program)
{
	expect_same("fast_processes", "exec", NULL, ";(getppid|pread64)$", 800);
}

Test(fast, a_program_may_close_every_descriptor)
{
	expect_same("fast_changes", "close", NULL, STEADY, 1000);
}

Test(fast, a_seccomp_filter_of_the_program_changes_nothing)
{
	expect_same("fast_changes", "filter", NULL, STEADY, 150);
}

Test(fast, a_program_that_sets_gs_with_arch_prctl_has_it)
{
	expect_same("fast_changes", "gs", NULL, STEADY, 150);
}

Test(fast, a_program_that_sets_gs_without_a_call_has_it)
{
	expect_same("fast_changes", "wrgsbase", NULL, STEADY, 150);
}

Test(fast, a_program_may_clear_gs)
{
	expect_same("fast_changes", "selector", NULL, STEADY, 150);
}

Test(fast, the_engine_takes_little_of_limited_memory)
{
	expect_same("fast_changes", "memory", NULL, STEADY, 1000);
}

Test(fast, an_undumpable_program_loses_no_call)
{
	struct live *live;

	if (geteuid() == 0) {
		expect_same("fast_changes", "undumpable", NULL, STEADY, 1000);
		return;
	}
	/* From then on, only root can read its memory: stacks that are new then are truncated. */
	live = FAST(live_tracee("fast_changes"), "undumpable");
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 900, .name = "getppid");
	EXPECT_CALLS(live, 900, .name = "pread64", .error = EBADF);
	EXPECT_IN_GATE(live, 1000);
}

Test(fast, the_counts_of_a_killed_program_are_in_the_profile)
{
	struct live *live = expect_same("fast_changes", "kill", NULL, STEADY, 1000);

	EXPECT_SIGNAL(live, SIGKILL);
	cr_expect_str_eq(profile_fact(&live->profile, "unfinished"), "kill 1");
	EXPECT_CALLS(live, 900, .name = "getppid");
}

Test(fast, calls_that_are_not_traced_fail_as_without_scprof)
{
	struct live *live =
		SCPROF("--engine=fast", "-e", "getppid,close", live_tracee("fast_numbers"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 1050, .name = "getppid");
	EXPECT_CALLS(live, 300, .name = "close", .stack = ";call_many;syscall;close$");
}

Test(fast, a_killed_helper_ends_the_program)
{
	struct live *live = live_start(
		LIVE_LAUNCHER, LIVE_ARGS("--engine=fast", live_tracee("fast_changes"), "endless"));
	int helper = 0;

	live_await_text(live, ".");
	cr_assert_eq(sscanf(live->texts[0], "%d.", &helper), 1);
	usleep(20000);
	cr_assert_eq(kill(helper, SIGKILL), 0);
	live_finish(live);
	cr_expect(!WIFEXITED(live->status) || WEXITSTATUS(live->status) != 0, "status %#x",
		  (unsigned)live->status);
	cr_expect(strstr(live->texts[1], "killed"), "stderr: %s", live->texts[1]);
}

Test(fast, one_site_may_make_different_calls)
{
	expect_same("fast_numbers", NULL, NULL, NULL, 500);
}

Test(fast, a_program_file_that_is_overwritten_is_another_program)
{
	char *script =
		live_text("cat %s >program && chmod 700 program && ./program && ./program && "
			  "cat %s >program && ./program && ./program",
			  live_tracee("fast_number"), live_tracee("fast_number_b"));
	struct live *live = FAST("sh", "-c", script);

	EXPECT_EXIT(live, 0);
	/* The file of the first program is gone, so its functions have no names. */
	EXPECT_CALLS(live, 400, .name = "getppid",
		     .stack = ";__libc_start_call_main;[^;]*;[^;]*;getppid$");
	EXPECT_CALLS(live, 200, .name = "getpid", .stack = ";main;call;getpid$");
}

Test(fast, calls_that_are_not_traced_fail_in_later_processes_too)
{
	const char *tracee = live_tracee("fast_errno");
	char *script = live_text("%s && %s && %s && %s", tracee, tracee, tracee, tracee);
	struct live *live = FAST("-e", "getppid", "sh", "-c", script);

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 400, .name = "getppid", .stack = ";main;");
}

Test(fast, syscall_user_dispatch_works_as_without_scprof)
{
	struct live *live;

	if (PLAIN(live_tracee("fast_dispatch"))->status != 0)
		LIVE_SKIP("this kernel has no syscall user dispatch");
	live = FAST(live_tracee("fast_dispatch"));
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 400, .name = "getppid", .stack = ";main;");
}

Test(fast, calls_keep_the_cpu_flags)
{
	struct live *live = FAST(live_tracee("fast_flags"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 20000, .name = "getppid");
	EXPECT_IN_GATE(live, 9000);
}

/* The program lies below the gate, and nothing else is within reach of a jump from it. */
Test(fast, sites_of_a_static_program_at_a_low_address_are_patched)
{
	struct live *live = FAST(live_tracee("static"), "3000");

	EXPECT_EXIT(live, 0);
	EXPECT_IN_GATE(live, 2000);
}

Test(fast, the_engine_leaves_shared_memory_of_another_namespace_alone)
{
	live_need_root();
	EXPECT_EXIT(PLAIN(live_tracee("ipc_namespace"), live_built("scprof"), "-q", "--engine=fast",
			  "-o", "ipc.pb.gz", live_tracee("ipc_namespace")),
		    0);
}

Test(fast, a_program_keeps_its_handler_of_sigtrap)
{
	for (int i = 0; i < 8; i++) {
		struct live *live = FAST(live_tracee("fast_trap"));

		EXPECT_EXIT(live, 0);
		EXPECT_CALLS(live, 12000, .name = "getppid");
	}
}

Test(fast, json_has_what_the_gate_did)
{
	struct live *live = FAST(live_tracee("nested"), "5000");
	struct gate_counts counts = live_gate_counts(live);
	struct live *report = PLAIN(live_built("scprof"), "report", "--format", "json", live->path);

	EXPECT_IN_GATE(live, 4900);
	cr_expect(strstr(report->texts[0],
			 live_text("\"gate\":{\"counted\":%" PRIu64 ",\"recorded\":%" PRIu64
				   ",\"patched\":%" PRIu64 ",\"gates\":1,\"areas\":1,",
				   counts.counted, counts.recorded, counts.patched)),
		  "%s", report->texts[0]);
}
