/* SPDX-License-Identifier: MIT */
/*
 * However a thread or process ends, scprof ends at the same time as the program, and the profile is
 * readable and exact.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/live.h"

TestSuite(init_signals, .init = live_init, .fini = live_fini, .timeout = 120);

/* Expects the same end as without scprof, and a profile with the calls of the init process. */
static void expect_same_end(const char *how)
{
	struct live *plain, *live;
	bool goes_on;

	live_need_root();
	plain = PLAIN(live_tracee("init_signals"), how);
	if (WEXITSTATUS(plain->status) == 99)
		LIVE_SKIP("no pid namespace can be made here");
	live = SCPROF(live_tracee("init_signals"), how);
	cr_expect_str_eq(live->texts[0], plain->texts[0]);
	EXPECT_EXIT(live, WEXITSTATUS(plain->status));
	EXPECT_CALLS(live, 10, .name = "getppid", .stack = ";main;be_init;getppid$");
	goes_on = WEXITSTATUS(plain->status) == 0;
	EXPECT_CALLS(live, goes_on, .name = "getpgrp");
}

Test(init_signals, a_fault_kills_the_init_process)
{
	expect_same_end("segv");
	expect_same_end("bus");
	expect_same_end("ill");
	expect_same_end("fpe");
	expect_same_end("trap");
}

Test(init_signals, a_fault_whose_signal_is_blocked_or_ignored_kills_it)
{
	expect_same_end("segv_blocked");
	expect_same_end("segv_ignored");
}

Test(init_signals, a_fault_reaches_its_handler)
{
	expect_same_end("segv_caught");
}

Test(init_signals, a_fault_kills_all_its_threads)
{
	expect_same_end("segv_threads");
	expect_same_end("segv_in_thread");
}

Test(init_signals, abort_kills_the_init_process)
{
	expect_same_end("abort");
}

Test(init_signals, signals_to_itself_do_not_reach_it)
{
	expect_same_end("term");
	expect_same_end("kill");
	expect_same_end("stop");
	expect_same_end("realtime");
	expect_same_end("like_a_fault");
}

TestSuite(ends, .init = live_init, .fini = live_fini, .timeout = 300);

/*
 * Each finished call is counted once. A call that began and did not finish may be counted or not.
 */
static void expect_within(struct live *live)
{
	struct live_query query = { .name = "getppid", .stack = ";work;" };
	uint64_t calls = live_ask(live, &query).calls;
	unsigned long begun, done;

	EXPECT_EXIT(live, 0);
	cr_assert_eq(sscanf(live->texts[0], "%lu %lu", &begun, &done), 2);
	cr_expect(calls >= done && calls <= begun,
		  "%" PRIu64 " calls in the profile; %lu began, %lu finished", calls, begun, done);
	cr_expect_gt(live->profile.duration_ns, 0);
	cr_expect_str_eq(profile_fact(&live->profile, "complete"), "yes");
}

static void expect_exact(const char *how)
{
	expect_within(SCPROF(live_tracee("ends"), how, "5"));
}

Test(ends, by_sigkill_from_another_process)
{
	expect_exact("killed");
}

Test(ends, by_sigkill_from_the_process_itself)
{
	expect_exact("kill_itself");
}

Test(ends, by_sigkill_after_the_leader_has_ended)
{
	expect_exact("no_leader");
}

Test(ends, by_another_threads_exit_group)
{
	expect_exact("exit_group");
}

Test(ends, by_another_threads_exec)
{
	expect_exact("exec");
}

Test(ends, with_a_core_dump)
{
	expect_exact("core");
}

Test(ends, by_a_seccomp_filter_of_the_program)
{
	expect_exact("seccomp");
}

Test(ends, by_a_cpu_time_limit)
{
	expect_within(SCPROF(live_tracee("ends"), "cpu_limit", "1"));
}

Test(ends, with_the_parent)
{
	expect_exact("parent");
}

Test(ends, with_the_pid_namespace)
{
	live_need_root();
	expect_exact("namespace");
}

/* Returns a new control group that can be killed (cgroup v2, Linux 5.14), or NULL. */
static char *make_group(void)
{
	static const char *const parents[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };

	for (int i = 0; i < 2; i++) {
		char *group = live_text("%s/scprof-test-%d", parents[i], (int)getpid());

		if (mkdir(group, 0755) < 0)
			continue;
		if (access(live_text("%s/cgroup.kill", group), W_OK) == 0)
			return group;
		rmdir(group);
	}
	return NULL;
}

Test(ends, with_the_control_group)
{
	char *group = make_group();

	if (!group)
		LIVE_SKIP("no control group that can be killed can be made here");
	expect_within(SCPROF(live_tracee("ends"), "group", "5", group));
	rmdir(group);
}

/* A thread that is killed while it is stopped ends without an exit event. */
Test(ends, of_a_single_thread_leave_a_profile)
{
	for (int i = 0; i < 20; i++) {
		struct live *live =
			live_start(LIVE_LAUNCHER, LIVE_ARGS(live_tracee("ends"), "alone"));
		int pid;

		live_await_text(live, "\n");
		cr_assert_eq(sscanf(live->texts[0], "ready %d", &pid), 1);
		usleep(10000);
		kill(pid, SIGKILL);
		live_finish(live);
		EXPECT_SIGNAL(live, SIGKILL);
		cr_assert(live->has_profile);
		cr_expect_gt(live->profile.duration_ns, 0);
	}
}
