/* SPDX-License-Identifier: MIT */
/*
 * scprof follows threads, child processes and executed programs, however they are created. The
 * calls that create them have stacks like all others.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/live.h"

TestSuite(threads, .init = live_init, .fini = live_fini, .timeout = 120);
TestSuite(processes, .init = live_init, .fini = live_fini, .timeout = 120);
TestSuite(images, .init = live_init, .fini = live_fini, .timeout = 120);

Test(threads, calls_of_all_threads_are_counted)
{
	struct live *live = SCPROF(live_tracee("threads"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 400, .name = "getppid", .stack = ";worker;work;getppid$");
	EXPECT_CALLS(live, 50, .name = "getppid", .stack = ";main;work;getppid$");
	EXPECT_CALLS(live, 450, .name = "getppid");
	EXPECT_CALLS(live, 8, .stack = ";main;.*;(clone3|clone)$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

Test(threads, five_hundred_short_threads_are_counted)
{
	struct live *live = SCPROF(live_tracee("short_threads"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 500, .name = "getppid", .stack = ";worker;getppid$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

/*
 * Returns how many clone and clone3 calls have ended at a stop with wait status @status, according
 * to the debug output @text.
 */
static unsigned int count_births(char *text, const char *status)
{
	bool is_there = false;
	unsigned int nr = 0;

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (strstr(line, ": status "))
			is_there = strstr(line, status);
		nr += is_there && strstr(line, ": clone") && strstr(line, " = ");
	}
	return nr;
}

/* The event shows all that the helper needs to know about the call. */
static void expect_events_only(const char *tracee, const char *event, unsigned int nr)
{
	struct live *live;

	live_need_gate();
	setenv("SCPROF_DEBUG", "tracer,call", 1);
	live = SCPROF("--engine=fast", live_tracee(tracee));
	EXPECT_EXIT(live, 0);
	cr_expect_geq(count_births(live->texts[1], event), nr);
}

Test(threads, a_call_that_creates_a_thread_does_not_stop_at_its_exit)
{
	expect_events_only("short_threads", "status 3057f", 500);
}

Test(threads, the_leader_may_end_first)
{
	struct live *live = SCPROF(live_tracee("leader_exits"));

	EXPECT_EXIT(live, 4);
	EXPECT_CALLS(live, 50, .name = "getppid", .stack = ";first_worker;work;getppid$");
	EXPECT_CALLS(live, 50, .name = "getppid", .stack = ";last_worker;work;getppid$");
}

Test(threads, threads_inside_a_call_do_not_delay_the_end_of_the_process)
{
	struct live *live = SCPROF(live_tracee("blocked_threads"));

	EXPECT_EXIT(live, 6);
	EXPECT_ERRORS(live, 0, .name = "readv");
}

Test(threads, a_new_name_labels_later_calls)
{
	struct live *live = SCPROF(live_tracee("thread_name"));

	EXPECT_CALLS(live, 10, .name = "getppid", .thread = "before");
	EXPECT_CALLS(live, 20, .name = "getppid", .thread = "after");
}

Test(processes, children_of_every_kind_are_followed)
{
	struct live *live = SCPROF(live_tracee("children"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 7, .name = "getppid");
	EXPECT_CALLS(live, 1, .name = "getppid", .stack = ";main;by_fork;child;getppid$");
	EXPECT_CALLS(live, 1, .name = "getppid", .stack = ";main;by_vfork;getppid$");
	EXPECT_CALLS(live, 0, .name = "getppid", .is_truncated = true);
}

Test(processes, stacks_of_calls_that_create_children_lead_to_main)
{
	struct live *live = SCPROF(live_tracee("children"));

	EXPECT_CALLS(live, 1, .name = "clone", .stack = ";main;by_fork;");
	EXPECT_CALLS(live, 1, .name = "fork", .stack = ";main;by_raw_fork;fork$");
	EXPECT_CALLS(live, 1, .name = "vfork", .stack = ";main;by_vfork;");
	EXPECT_CALLS(live, 2, .name = "clone", .stack = ";main;by_clone;");
	EXPECT_CALLS(live, 1, .name = "clone3", .stack = ";main;by_clone3;clone3$");
	EXPECT_CALLS(live, 1, .stack = ";main;by_posix_spawn;.*;(clone3|clone|vfork)$");
}

Test(processes, a_call_that_creates_a_process_does_not_stop_at_its_exit)
{
	expect_events_only("many_children", "status 1057f", 200);
}

static void expect_no_sigsys(const char *interception)
{
	const char *stopped;
	struct live *live;

	setenv("SCPROF_INTERCEPT", interception, 1);
	live = SCPROF("--engine=fast", live_tracee("children"));
	if (WIFEXITED(live->status) && WEXITSTATUS(live->status) == 3)
		LIVE_SKIP("a tracer cannot set Syscall User Dispatch here");
	EXPECT_EXIT(live, 0);
	stopped = profile_fact(&live->profile, "stopped_calls");
	cr_assert_not_null(stopped);
	cr_expect_null(strstr(stopped, "SIGSYS"), "%s", stopped);
}

/* posix_spawn sets the action of each signal to the default. */
Test(processes, with_a_filter_actions_of_sigsys_do_not_stop)
{
	expect_no_sigsys("filter");
}

Test(processes, with_dispatch_default_actions_of_sigsys_do_not_stop)
{
	expect_no_sigsys("dispatch");
}

static unsigned int count_text(const char *text, const char *part)
{
	unsigned int nr = 0;

	for (; (text = strstr(text, part)); text++)
		nr++;
	return nr;
}

static struct live *run_dispatched(const char *tracee)
{
	struct live *live;

	setenv("SCPROF_DEBUG", "call", 1);
	live = SCPROF("--engine=fast", "--intercept=dispatch", live_tracee(tracee));
	if (WIFEXITED(live->status) && WEXITSTATUS(live->status) == 3)
		LIVE_SKIP("a tracer cannot set Syscall User Dispatch here");
	EXPECT_EXIT(live, 0);
	return live;
}

/* The thread makes the call in the gate. So it does not stop at the call's entry. */
Test(threads, with_dispatch_a_call_that_creates_a_thread_is_moved_to_the_gate)
{
	const struct live *live = run_dispatched("short_threads");

	cr_expect_geq(count_text(live->texts[1], "stops at clone"), 500);
	cr_expect_geq(count_text(live->texts[1], "its call is moved"), 500);
}

Test(processes, with_dispatch_the_ends_of_children_do_not_stop)
{
	const struct live *live = run_dispatched("many_children");

	EXPECT_CALLS(live, 200, .name = "getppid");
	cr_expect_leq(count_text(live->texts[1], "stops at exit"), 20);
}

Test(processes, clone_untraced_children_are_followed_and_unharmed)
{
	struct live *live = SCPROF(live_tracee("untraced"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 10, .name = "getppid");
}

Test(processes, children_created_while_their_parent_is_killed_run_on)
{
	EXPECT_EXIT(SCPROF(live_tracee("orphans")), 0);
}

static uint64_t count_getppid_of(const struct live *live, uint32_t pid)
{
	uint64_t calls = 0;

	for (uint32_t i = 0; i < live->profile.nr_samples; i++) {
		const struct sample *sample = &live->profile.samples[i];

		if (sample->key.nr == SYS_getppid && sample->key.pid == pid)
			calls += sample->calls;
	}
	return calls;
}

Test(processes, a_call_is_counted_once_if_its_thread_is_killed_during_the_counting)
{
	struct live *live = SCPROF("--per-process", live_tracee("killed"));
	unsigned int pid, nr = 0;
	uint64_t begun, ended, counted;
	int size;

	EXPECT_EXIT(live, 0);
	for (const char *line = live->texts[0];
	     sscanf(line, "%u %" SCNu64 " %" SCNu64 "%n", &pid, &begun, &ended, &size) == 3;
	     line += size, nr++) {
		counted = count_getppid_of(live, pid);
		cr_expect(ended <= counted && counted <= begun,
			  "%" PRIu64 " of %" PRIu64 " to %" PRIu64, counted, ended, begun);
	}
	cr_expect_eq(nr, 200);
}

Test(processes, two_hundred_at_the_same_time_are_counted)
{
	struct live *live = SCPROF(live_tracee("many_children"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 200, .name = "getppid", .stack = ";main;getppid$");
	EXPECT_CALLS(live, 201, .name = "wait4");
	EXPECT_CALLS(live, 1, .name = "wait4", .error = ECHILD);
}

Test(processes, a_process_that_outlives_the_first_is_in_the_profile)
{
	LIVE_NEED_FORK("without the launcher, nobody waits for the last process");
	struct live *live = SCPROF(live_tracee("daemon"), "done");

	EXPECT_EXIT(live, 5);
	EXPECT_CALLS(live, 7, .name = "getppid", .stack = ";main;getppid$");
	EXPECT_CALLS(live, 1, .name = "setsid");
	cr_expect_eq(access("done", F_OK), 0);
}

Test(processes, zombies_are_left_to_the_program)
{
	struct live *live = SCPROF(live_tracee("zombies"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 10, .name = "getppid");
	EXPECT_CALLS(live, 10, .name = "waitid", .stack = ";main;");
}

Test(processes, the_program_waits_for_its_own_children_only)
{
	struct live *live = SCPROF(live_tracee("wait_all"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 2, .name = "wait4", .error = ECHILD);
}

Test(processes, a_sibling_made_by_clone_parent_is_followed)
{
	struct live *live = SCPROF(live_tracee("clone_parent"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 2, .name = "getppid");
}

Test(processes, pid_namespaces_are_followed)
{
	struct live *live;

	live_need_root();
	live = SCPROF(live_tracee("pid_namespace"));
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 2, .name = "getpid");
}

Test(processes, a_process_that_gives_up_root_is_followed)
{
	struct live *live;

	live_need_root();
	live = SCPROF(live_tracee("privileges"));
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 10, .name = "getppid", .stack = ";main;unprivileged;getppid$");
}

Test(processes, no_follow_counts_the_first_process_only_and_harms_no_other)
{
	struct live *live = SCPROF("--no-follow", live_tracee("follow"), live_tracee("nested"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 5, .name = "getppid");
}

Test(processes, following_counts_all_processes)
{
	struct live *live = SCPROF(live_tracee("follow"), live_tracee("nested"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 115, .name = "getppid");
}

Test(images, each_program_of_a_chain_is_counted_under_its_name)
{
	char *self = live_tracee("exec_chain");
	struct live *live = SCPROF(self, self, live_tracee("nested"), "30");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 2 + LIVE_FIRST_EXECVE, .name = "execve");
	EXPECT_CALLS(live, 2, .name = "execve", .stack = ";main;");
	EXPECT_CALLS(live, 4, .name = "getppid", .stack = ";main;getppid$");
	EXPECT_CALLS(live, 30, .name = "getppid", .stack = ";main;outer;middle;inner;");
	EXPECT_CALLS(live, 30, .name = "getppid", .process = "tracee_nested");
	EXPECT_CALLS(live, 4, .name = "getppid", .process = "tracee_exec_cha");
	EXPECT_ERRORS(live, 0, .name = "execve");
}

Test(images, a_thread_that_is_not_the_leader_may_execute_a_program)
{
	struct live *live = SCPROF(live_tracee("exec_thread"), live_tracee("nested"), "30");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 1, .name = "execve", .stack = ";executing;execute;");
	EXPECT_CALLS(live, 1, .name = "getppid", .stack = ";execute;getppid$");
	EXPECT_CALLS(live, 30, .name = "getppid", .stack = ";main;outer;middle;inner;");
}

Test(images, a_failed_execve_is_counted_as_an_error)
{
	struct live *live = SCPROF(live_tracee("exec_fail"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 3 + LIVE_FIRST_EXECVE, .name = "execve");
	EXPECT_CALLS(live, 2, .name = "execve", .error = ENOENT);
	EXPECT_CALLS(live, 1, .name = "execve", .error = EACCES);
	EXPECT_CALLS(live, 1, .name = "getppid", .stack = ";main;getppid$");
}

Test(images, static_programs_are_profiled)
{
	LIVE_NEED_FORK("nothing can be preloaded into a static program");
	struct live *live = SCPROF(live_tracee("static"), "40");

	EXPECT_CALLS(live, 40, .name = "getppid", .stack = ";main;outer;middle;inner;");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

Test(images, static_position_independent_programs_are_profiled)
{
	LIVE_NEED_FORK("nothing can be preloaded into a static program");
	struct live *live = SCPROF(live_tracee("static_pie"), "40");

	EXPECT_CALLS(live, 40, .name = "getppid", .stack = ";main;outer;middle;inner;");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

/* Sanitizers reserve most of the address space, and look for leaks with ptrace. */
static void expect_sanitized(const char *tracee)
{
	struct live *live;

	setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
	if (PLAIN(live_tracee(tracee), "400")->status != 0)
		LIVE_SKIP("the sanitizer itself does not work here");
	live = SCPROF(live_tracee(tracee), "400");
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 400, .name = "getppid", .stack = ";main;.*getppid$");
}

Test(images, address_sanitizer_can_reserve_its_memory)
{
	LIVE_NEED_FORK("the runtime of the sanitizer must come first");
	expect_sanitized("asan");
}

Test(images, thread_sanitizer_can_reserve_its_memory)
{
	expect_sanitized("tsan");
}

Test(images, position_dependent_programs_are_profiled)
{
	struct live *live = SCPROF(live_tracee("no_pie"), "40");

	EXPECT_CALLS(live, 40, .name = "getppid", .stack = ";main;outer;middle;inner;");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

/* musl has no unwind tables for its assembly functions, and on x86-64 for no function at all. */
static void expect_musl(const char *tracee)
{
	struct live *live = SCPROF(live_tracee(tracee), "40");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 40, .name = "getppid", .stack = ";main;outer;middle;inner;");
	EXPECT_CALLS(live, 0, .name = "getppid", .is_truncated = true);
}

Test(images, stacks_of_musl_programs_are_whole)
{
	expect_musl("musl");
}

Test(images, stacks_of_static_musl_programs_are_whole)
{
	LIVE_NEED_FORK("nothing can be preloaded into a static program");
	expect_musl("musl_static");
}

static void expect_threads(const char *tracee)
{
	struct live *live = SCPROF(live_tracee(tracee), "500");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 2000, .name = "getppid", .stack = ";work;call_often;getppid");
	EXPECT_CALLS(live, 2000, .name = "read", .stack = ";work;call_often;read;");
	EXPECT_CALLS(live, 0, .stack = ";call_often;", .is_truncated = true);
}

Test(images, stacks_of_threads_are_whole)
{
	expect_threads("thread_entry");
}

Test(images, stacks_of_threads_are_whole_with_musl)
{
	expect_threads("musl_threads");
}

Test(images, stacks_of_threads_are_whole_with_static_musl)
{
	LIVE_NEED_FORK("nothing can be preloaded into a static program");
	expect_threads("musl_static_threads");
}

Test(images, programs_without_unwind_tables_are_counted)
{
	struct live *live = SCPROF(live_tracee("no_tables"), "40");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 40, .name = "getppid");
}

Test(images, thirty_two_bit_programs_are_counted)
{
	LIVE_NEED_FORK("a 32-bit program cannot load the library");
	struct live *live = SCPROF(live_tracee("i386"), "40");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 40, .name = "getppid", .abi = "i386");
	EXPECT_CALLS(live, 1, .name = "execve", .abi = "x86-64");
}

/*
 * The tracee makes each kind of call three times: by syscall(2), by an instruction of its own, and
 * in a thread. The kinds are fork, vfork, clone and clone3 with unusual flags and exit signals,
 * with shared memory and files, CLONE_UNTRACED, pidfd and set_tid; and execve, execveat, fexecve
 * and a script. Each child makes three calls.
 */
Test(processes, unusual_ways_to_create_processes_lose_no_call)
{
	struct live *live = SCPROF(live_tracee("odd_births"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 270, .name = "getppid", .stack = "be_child;getppid$");
	EXPECT_CALLS(live, 270, .name = "getppid");
	EXPECT_CALLS(live, 15, .name = "fork");
	EXPECT_CALLS(live, 6, .name = "vfork");
	EXPECT_CALLS(live, 28, .name = "clone3");
	EXPECT_CALLS(live, 12 + LIVE_FIRST_EXECVE, .name = "execve");
	EXPECT_CALLS(live, 3, .name = "execve", .error = ENOENT);
	EXPECT_CALLS(live, 6, .name = "execveat");
}
