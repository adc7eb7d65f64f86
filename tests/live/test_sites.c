/* SPDX-License-Identifier: MIT */
/*
 * Call sites of the fast engine that need more than a jump in place of the call: the program sees itself where it would
 * be without scprof, and each call is one.
 */
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/live/live.h"

TestSuite(sites, .init = live_init, .fini = live_fini, .timeout = 120);

#define FAST(...) SCPROF("--engine=fast", __VA_ARGS__)

/* Most calls went through the gate: the site was patched. */
static void expect_hits(const struct live *live, uint64_t at_least)
{
	const char *fact = profile_fact(&live->profile, "fast");
	uint64_t counted = 0, recorded = 0;

	if (fact)
		sscanf(fact, "%" SCNu64 " calls counted in place, %" SCNu64, &counted, &recorded);
	cr_expect_geq(counted + recorded, at_least, "%s", fact);
}

Test(sites, steps_through_a_short_site_lead_where_they_did_before)
{
	struct live *live = FAST(live_tracee("fast_short"), "steps");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 300, .name = "getppid", .stack = ";warm;call;short_call;getppid$");
	EXPECT_CALLS(live, 21, .name = "getpgrp", .stack = ";step_through;short_call;getpgrp$");
	expect_hits(live, 250);
}

Test(sites, a_call_that_blocks_at_a_short_site_is_interrupted_there)
{
	struct live *live = FAST(live_tracee("fast_short"), "blocked");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 20, .name = "read", .stack = ";call;short_call;read$", .error = EINTR);
	EXPECT_CALLS(live, 40, .name = "read", .stack = ";read_one;call;short_call;read$");
	EXPECT_CALLS(live, 12000, .name = "getppid", .stack = ";warm;call;short_call;getppid$");
	expect_hits(live, 10000);
}

Test(sites, a_call_that_is_paused_at_a_short_site_is_one_call)
{
	struct live *live = FAST(live_tracee("fast_short"), "paused");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 20, .name = "read", .stack = ";call;short_call;read$");
	EXPECT_ERRORS(live, 0, .name = "read", .stack = ";short_call;read$");
	expect_hits(live, 250);
}

/* 15 calls, 3 times each. */
static void expect_cancelled(const char *how)
{
	struct live *live = FAST(live_tracee("fast_cancellation"), how);

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 45, .name = "getpgrp", .stack = ";clean_up;getpgrp$");
	EXPECT_CALLS(live, 2700, .name = "write", .stack = ";run;write;");
	EXPECT_CALLS(live, 2700, .name = "read", .stack = ";run;read;");
	expect_hits(live, 5000);
}

Test(sites, threads_can_be_cancelled_in_each_blocking_call)
{
	expect_cancelled(NULL);
}

Test(sites, threads_can_be_cancelled_asynchronously_in_each_blocking_call)
{
	expect_cancelled("async");
}

static void expect_in_fact(const struct live *live, const char *key, const char *text)
{
	const char *fact = profile_fact(&live->profile, key);

	cr_assert_not_null(fact, "%s", key);
	cr_expect_not_null(strstr(fact, text), "%s: %s", key, fact);
}

/* The sum of "3: its site was not patched yet; 1: ...". */
static uint64_t sum_of_reasons(const char *fact)
{
	uint64_t sum = 0;
	char *end;

	for (; fact && *fact; fact = strchr(fact, ';') ? strchr(fact, ';') + 2 : NULL) {
		sum += strtoull(fact, &end, 10);
		cr_assert_eq(*end, ':', "%s", fact);
	}
	return sum;
}

/* Each call that stopped has a reason, but for the one or two that start the program. */
static void expect_all_reasons(const struct live *live)
{
	const char *timing = profile_fact(&live->profile, "timing");
	uint64_t nr_stopped = 0;

	EXPECT_EXIT(live, 0);
	cr_assert_eq(sscanf(timing, "%" SCNu64 " calls across stops", &nr_stopped), 1);
	cr_expect_geq(sum_of_reasons(profile_fact(&live->profile, "stopped_calls")) + 2, nr_stopped,
		      "%s; %s", timing, profile_fact(&live->profile, "stopped_calls"));
}

Test(sites, what_makes_calls_stop_is_counted)
{
	struct live *live = FAST(live_tracee("jit"));

	expect_all_reasons(live);
	/* 20 calls from two sites, each of which is met for the first time once. */
	expect_in_fact(live, "stopped_calls", "18: its code is in no file");
	expect_in_fact(live, "stopped_calls", "its site was met for the first time");
	expect_in_fact(live, "unpatched_sites", "2: its code is in no file");
}

Test(sites, that_cannot_be_patched_beside_a_handler_of_sigtrap_are_named)
{
	struct live *live = FAST(live_tracee("fast_trap"));

	expect_all_reasons(live);
	expect_in_fact(live, "unpatched_sites", ": the program has threads and handles SIGTRAP");
	expect_in_fact(live, "stopped_calls", ": the program has threads and handles SIGTRAP");
}

Test(sites, in_code_that_was_often_made_writable_are_named)
{
	struct live *live = FAST(live_tracee("fast_writable"));

	expect_all_reasons(live);
	expect_in_fact(live, "unpatched_sites", ": the program has often made its code writable");
	expect_in_fact(live, "stopped_calls", ": it changes which memory is code");
}

Test(sites, none_in_a_32_bit_program_is_reached_by_the_fast_engine_which_says_so)
{
	struct live *live = FAST(live_tracee("i386"));

	expect_all_reasons(live);
	expect_in_fact(live, "engine", "ptrace");
	expect_in_fact(live, "stopped_calls", ": it is not a 64-bit call");
}

Test(sites, an_engine_that_an_option_excludes_says_so)
{
	struct live *live = FAST("--no-follow", live_tracee("jit"));

	expect_all_reasons(live);
	expect_in_fact(live, "engine", "ptrace");
	expect_in_fact(live, "stopped_calls", ": --no-follow stops each call");
}

Test(sites, are_left_to_stops_in_a_program_that_uses_gs_which_says_so)
{
	struct live *live = FAST(live_tracee("fast_changes"), "gs");

	expect_all_reasons(live);
	expect_in_fact(live, "stopped_calls", ": the program uses gs");
}

/* What the register has, and what it points to, is another value at each call. */
Test(sites, calls_of_code_that_uses_the_frame_pointer_for_anything_are_counted_in_place)
{
	struct live *live = FAST(live_tracee("general_register"), "2000");
	const char *fact = profile_fact(&live->profile, "fast");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 2000, .name = "getppid",
		     .stack = "^\\[truncated\\];[^;]*;number;getppid", .is_truncated = true);
	EXPECT_CALLS(live, 2000, .name = "getpgrp", .stack = ";data_address;getpgrp");
	EXPECT_CALLS(live, 2000, .name = "getuid", .stack = ";small_on_stack;getuid");
	EXPECT_CALLS(live, 2000, .name = "geteuid", .stack = ";large_on_stack;geteuid");
	expect_hits(live, 7900);
	/* Each of the four stacks is unwound some times only, whenever the helper gets a CPU. */
	cr_expect_geq(strtoul(fact, NULL, 10), 4000u, "%s", fact);
}

Test(sites, an_engine_that_stops_at_each_call_gives_no_reasons)
{
	struct live *live = SCPROF("--engine=ptrace", live_tracee("jit"));

	cr_expect_null(profile_fact(&live->profile, "stopped_calls"));
}

Test(sites, code_that_a_program_keeps_making_writable_takes_no_more_memory)
{
	struct live *live = SCPROF(live_tracee("fast_writable"));
	int nr_first = 0, nr_last = 0;

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 3000, .name = "getppid");
	cr_assert_eq(sscanf(live->texts[0], "%d %d", &nr_first, &nr_last), 2);
	cr_expect_eq(nr_last, nr_first);
}

/* Those of the C library are known: another program has used them. */
Test(sites, of_a_file_that_is_mapped_but_makes_no_call_are_left_alone)
{
	Dl_info library;
	struct live *live;

	cr_assert(dladdr(dlsym(RTLD_DEFAULT, "puts"), &library));
	live = FAST(live_tracee("text_static"), library.dli_fname);
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 900, .name = "getppid", .process = "tracee_text_sta");
	expect_hits(live, 500);
}

Test(sites, are_left_alone_by_the_engine_that_stops_at_each_call)
{
	struct live *live = SCPROF("--engine=ptrace", live_tracee("text"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 300, .name = "getppid");
}
