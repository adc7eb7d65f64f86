/* SPDX-License-Identifier: MIT */
/*
 * The helper can set up memory for thread areas wherever a program runs. The program sees no trace
 * of this memory among its own resources.
 */
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "tests/live/live.h"

TestSuite(areas, .init = live_init, .fini = live_fini, .timeout = 120);

#define NR_CALLS 10000

#define LIMITED_CALLS 3000
#define MOST_KIB      256 /* of the program's memory that scprof may take */

/* Expects that the program made @nr_calls calls of getppid, nearly all of them in the gate. */
static void expect_gate(const struct live *live, uint64_t nr_calls)
{
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, nr_calls, .name = "getppid", .stack = ";main;.*make_calls;.*getppid$");
	EXPECT_IN_GATE(live, nr_calls - nr_calls / 20);
}

/* Skips the test if the system does not allow the tracee's preparations. */
static const struct live *run_plain(const char *tracee, const char *how)
{
	const struct live *plain = PLAIN(live_tracee(tracee), how);

	if (!WIFEXITED(plain->status) || WEXITSTATUS(plain->status))
		LIVE_SKIP("not possible here: %s", plain->texts[1]);
	return plain;
}

static struct live *run(const char *how)
{
	run_plain("areas", how);
	return SCPROF("--engine=fast", live_tracee("areas"), how);
}

/*
 * The program makes @nr_rounds rounds of calls. scprof leaves it nearly as much memory as it has
 * alone.
 */
static void expect_rest(const char *how, unsigned int nr_rounds)
{
	const struct live *plain = run_plain("limits", how);
	const struct live *live = SCPROF("--engine=fast", live_tracee("limits"), how);
	int rest, plain_rest;

	expect_gate(live, (uint64_t)nr_rounds * LIMITED_CALLS);
	cr_assert_eq(sscanf(plain->texts[0], "%d", &plain_rest), 1);
	cr_assert_eq(sscanf(live->texts[0], "%d", &rest), 1, "%s", live->texts[0]);
	cr_expect_geq(rest, plain_rest - MOST_KIB, "%d KiB left instead of %d", rest, plain_rest);
	cr_expect_leq(rest, plain_rest + MOST_KIB, "%d KiB left instead of %d", rest, plain_rest);
}

Test(areas, the_program_has_no_segment_and_no_descriptor_of_scprof)
{
	expect_gate(run("here"), NR_CALLS);
}

Test(areas, a_program_in_a_new_namespace_makes_its_calls_in_the_gate)
{
	expect_gate(run("namespace"), NR_CALLS);
}

Test(areas, a_program_that_enters_a_namespace_makes_its_calls_in_the_gate)
{
	live_need_root();
	expect_gate(run("setns"), NR_CALLS);
}

Test(areas, a_program_can_leave_its_namespace_at_any_time)
{
	expect_gate(run("later"), 2 * NR_CALLS);
}

Test(areas, children_in_a_new_namespace_make_their_calls_in_the_gate)
{
	expect_gate(run("children"), 21 * NR_CALLS);
}

Test(areas, children_that_may_not_open_files_make_their_calls_in_the_gate)
{
	expect_gate(run("few"), 21 * NR_CALLS);
}

Test(areas, a_program_that_may_not_write_files_makes_its_calls_in_the_gate)
{
	expect_gate(run("size"), NR_CALLS);
}

Test(areas, scprof_takes_little_of_a_limited_address_space)
{
	expect_rest("space", 3);
}

Test(areas, scprof_takes_little_when_setrlimit_sets_the_limit)
{
	expect_rest("setrlimit", 3);
}

Test(areas, scprof_takes_little_when_a_program_starts_with_a_limit)
{
	expect_rest("program", 4);
}

Test(areas, scprof_takes_little_from_each_of_many_limited_processes)
{
	expect_rest("child", 7);
}

Test(areas, scprof_takes_little_of_a_limited_data_segment)
{
	expect_rest("data", 3);
}

Test(areas, a_program_can_lock_as_much_memory_as_without_scprof)
{
	expect_rest("lock", 3);
	expect_rest("later", 3);
}

Test(areas, a_high_limit_leaves_room_for_an_area_for_each_thread)
{
	struct live *live = SCPROF("--engine=fast", live_tracee("limits"), "threads");

	expect_gate(live, 3 * LIMITED_CALLS);
	EXPECT_CALLS(live, 8 * LIMITED_CALLS, .name = "getppid", .stack = ";run_thread;");
	cr_expect_geq(live_nr_in_gate(live), 10 * LIMITED_CALLS);
}

/* As for root in a container, which lacks CAP_SYS_RESOURCE. */
Test(areas, a_program_of_another_user_has_areas_of_full_size)
{
	struct live *live;

	live_need_root();
	prctl(PR_CAPBSET_DROP, CAP_SYS_RESOURCE, 0, 0, 0);
	live = SCPROF("--engine=fast", live_tracee("areas"), "user");
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 7 * NR_CALLS, .name = "getppid", .stack = ";make_calls;");
	EXPECT_IN_GATE(live, 7 * NR_CALLS);
}
