/* SPDX-License-Identifier: MIT */
/*
 * What the program shares with scprof, the program may overwrite: that costs its own thread's counts, nothing else.
 */
#include <stdlib.h>

#include "tests/live/live.h"

TestSuite(shared, .init = live_init, .fini = live_fini, .timeout = 120);

#define FAST(...) SCPROF("--engine=fast", __VA_ARGS__)

static uint64_t number_of(const struct live *live, const char *key)
{
	const char *fact = profile_fact(&live->profile, key);

	return fact ? strtoull(fact, NULL, 10) : 0;
}

Test(shared, random_words_all_over_a_thread_area_cost_no_other_thread_its_counts)
{
	struct live *live = FAST(live_tracee("scribble"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 20000, .name = "getpgrp", .stack = ";main;call_in_sibling;");
	cr_expect_str_eq(profile_fact(&live->profile, "complete"), "no");
	cr_expect_geq(number_of(live, "overwritten_areas"), 1);
}

/* The same counts as with the other engine, and the tracee has found nothing that is not as without scprof. */
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

Test(shared, memory_that_is_mapped_where_the_gate_was_is_the_programs)
{
	expect_unchanged("data", 601);
	expect_unchanged("code", 601);
	expect_unchanged("all", 401);
}

Test(shared, a_gate_that_the_program_unmaps_protects_or_discards_is_not_missed)
{
	expect_unchanged("unmap", 401);
	expect_unchanged("protect", 401);
	expect_unchanged("discard", 401);
}

Test(shared, thread_areas_that_the_program_detaches_are_not_missed)
{
	expect_unchanged("detach", 401);
}

Test(shared, code_that_is_made_writable_has_no_patch_in_it)
{
	expect_unchanged("hook", 801);
}
