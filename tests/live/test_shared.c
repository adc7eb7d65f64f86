/* SPDX-License-Identifier: MIT */
/*
 * The program may overwrite the memory that it shares with scprof. Then only the counts of its own
 * thread are lost.
 */
#include <stdlib.h>
#include <sys/wait.h>

#include "tests/live/live.h"

TestSuite(shared, .init = live_init, .fini = live_fini, .timeout = 120);

#define FAST(...) SCPROF("--engine=fast", __VA_ARGS__)

static uint64_t number_of(const struct live *live, const char *key)
{
	const char *fact = profile_fact(&live->profile, key);

	return fact ? strtoull(fact, NULL, 10) : 0;
}

Test(shared, random_writes_to_a_thread_area_do_not_change_the_counts_of_other_threads)
{
	struct live *live;

	live_need_gate();
	live = FAST(live_tracee("scribble"));
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 20000, .name = "getpgrp", .stack = ";main;call_in_sibling;");
	cr_expect_str_eq(profile_fact(&live->profile, "complete"), "no");
	cr_expect_geq(number_of(live, "overwritten_areas"), 1);
}

/*
 * Expects the same counts with both engines. The tracee checks that it sees what it would see
 * without scprof.
 */
static void expect_unchanged(const char *what, uint64_t calls)
{
	struct live *fast = FAST(live_tracee("own_memory"), what);
	struct live *ptrace = SCPROF("--engine=ptrace", live_tracee("own_memory"), what);

	EXPECT_EXIT(fast, 0);
	EXPECT_EXIT(ptrace, 0);
	EXPECT_CALLS(fast, calls, .name = "getppid");
	EXPECT_CALLS(ptrace, calls, .name = "getppid");
	cr_expect_str_eq(profile_fact(&fast->profile, "complete"), "yes");
}

Test(shared, the_program_can_map_memory_over_the_gate)
{
	expect_unchanged("data", 601);
	expect_unchanged("code", 601);
	expect_unchanged("all", 401);
}

Test(shared, the_program_can_unmap_protect_or_discard_the_gate)
{
	expect_unchanged("unmap", 401);
	expect_unchanged("protect", 401);
	expect_unchanged("discard", 401);
}

Test(shared, the_program_can_detach_thread_areas)
{
	expect_unchanged("detach", 401);
}

/* If dispatch is set by prctl, the kernel kills a thread whose selector in this memory is lost. */
Test(shared, the_program_can_change_the_mapping_of_thread_areas)
{
	static const char *const ways[] = { "unmap", "protect", "overwrite" };

	for (unsigned int i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct live *live = FAST(live_tracee("lost_areas"), ways[i]);

		EXPECT_EXIT(live, 0);
		EXPECT_CALLS(live, 400, .name = "getppid", .stack = ";main;make_calls;");
	}
}

Test(shared, the_program_cannot_write_to_the_byte_that_switches_its_dispatch)
{
	struct live *live;

	if (WEXITSTATUS(FAST("--intercept=prctl", "true")->status) != 0)
		LIVE_SKIP("prctl cannot set Syscall User Dispatch here");
	live = FAST("--intercept=prctl", live_tracee("lost_areas"), "write");
	EXPECT_EXIT(live, 0);
	cr_expect_str_eq(live->texts[0], "1 read-only mappings\n");
	EXPECT_CALLS(live, 400, .name = "getppid", .stack = ";main;make_calls;");
}

Test(shared, a_thread_can_change_the_mapping_of_thread_areas)
{
	static const char *const ways[] = { "unmap", "protect", "overwrite" };

	for (unsigned int i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct live *live = FAST(live_tracee("lost_areas"), ways[i], "threads");

		EXPECT_EXIT(live, 0);
		EXPECT_CALLS(live, 600, .name = "getppid");
		EXPECT_CALLS(live, 400, .name = "getpgrp");
	}
}

Test(shared, code_that_the_program_makes_writable_has_no_patches)
{
	expect_unchanged("hook", 801);
}
