/* SPDX-License-Identifier: MIT */
/*
 * Call sites that the fast engine cannot patch with a jump alone. The program sees itself at the
 * same addresses as without scprof, and each call is counted once.
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

static void expect_steps(const char *tracee)
{
	struct live *live = FAST(live_tracee(tracee), "steps");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 300, .name = "getppid", .stack = ";warm;call;short_call;getppid$");
	EXPECT_CALLS(live, 21, .name = "getpgrp", .stack = ";step_through;short_call;getpgrp$");
	EXPECT_IN_GATE(live, 250);
}

static void expect_interrupted(const char *tracee)
{
	struct live *live = FAST(live_tracee(tracee), "blocked");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 20, .name = "read", .stack = ";call;short_call;read$", .error = EINTR);
	EXPECT_CALLS(live, 40, .name = "read", .stack = ";read_one;call;short_call;read$");
	EXPECT_CALLS(live, 12000, .name = "getppid", .stack = ";warm;call;short_call;getppid$");
	EXPECT_IN_GATE(live, 10000);
}

static void expect_stopped(const char *tracee)
{
	struct live *live = FAST(live_tracee(tracee), "paused");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 20, .name = "read", .stack = ";call;short_call;read$");
	EXPECT_ERRORS(live, 0, .name = "read", .stack = ";short_call;read$");
	EXPECT_IN_GATE(live, 250);
}

Test(sites, single_steps_through_a_short_site_reach_the_same_addresses_as_before)
{
	expect_steps("fast_short");
}

Test(sites, a_call_that_blocks_at_a_short_site_is_interrupted_there)
{
	expect_interrupted("fast_short");
}

Test(sites, a_call_that_is_stopped_at_a_short_site_is_one_call)
{
	expect_stopped("fast_short");
}

Test(sites, steps_through_a_copied_instruction_lead_where_they_did_before)
{
	expect_steps("fast_copy");
}

Test(sites, a_call_that_blocks_behind_a_copied_instruction_is_interrupted_there)
{
	expect_interrupted("fast_copy");
}

Test(sites, a_call_that_is_stopped_behind_a_copied_instruction_is_one_call)
{
	expect_stopped("fast_copy");
}

Test(sites, a_copied_instruction_faults_where_it_was_copied_from)
{
	struct live *live = FAST(live_tracee("fast_copy"), "fault");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 20, .name = "write", .stack = ";call;short_call;write$");
	EXPECT_IN_GATE(live, 250);
}

/* 15 calls, 3 times each. */
static void expect_cancelled(const char *tracee, const char *how)
{
	struct live *live = FAST(live_tracee(tracee), how);

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 45, .name = "getpgrp", .stack = ";clean_up;getpgrp$");
	EXPECT_CALLS(live, 2700, .name = "write", .stack = ";run;write;");
	EXPECT_CALLS(live, 2700, .name = "read", .stack = ";run;read;");
	EXPECT_IN_GATE(live, 5000);
}

Test(sites, threads_can_be_cancelled_in_each_blocking_call)
{
	expect_cancelled("fast_cancellation", NULL);
}

Test(sites, threads_can_be_cancelled_asynchronously_in_each_blocking_call)
{
	expect_cancelled("fast_cancellation", "async");
}

Test(sites, threads_can_be_cancelled_in_each_blocking_call_of_musl)
{
	expect_cancelled("musl_cancellation", NULL);
}

Test(sites, threads_can_be_cancelled_asynchronously_in_each_blocking_call_of_musl)
{
	expect_cancelled("musl_cancellation", "async");
}

static void expect_in_fact(const struct live *live, const char *key, const char *text)
{
	const char *fact = profile_fact(&live->profile, key);

	cr_assert_not_null(fact, "%s", key);
	cr_expect_not_null(strstr(fact, text), "%s: %s", key, fact);
}

/* Returns the sum of the numbers in "3: its site was not patched yet; 1: ...". */
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

/*
 * Expects a reason for each call that stopped, except for the one or two calls that start the
 * program.
 */
static void expect_all_reasons(const struct live *live)
{
	const char *timing = profile_fact(&live->profile, "timing");
	uint64_t nr_stopped = 0;

	EXPECT_EXIT(live, 0);
	cr_assert_eq(sscanf(timing, "%" SCNu64 " calls across stops", &nr_stopped), 1);
	cr_expect_geq(sum_of_reasons(profile_fact(&live->profile, "stopped_calls")) + 2, nr_stopped,
		      "%s; %s", timing, profile_fact(&live->profile, "stopped_calls"));
}

Test(sites, reasons_why_calls_stop_are_counted)
{
	struct live *live = FAST(live_tracee("jit"));

	expect_all_reasons(live);
	/*
	 * The program makes 20 calls from two sites. The first call of each site has a reason of
	 * its own.
	 */
	expect_in_fact(live, "stopped_calls", "18: its code is in no file");
	expect_in_fact(live, "stopped_calls", "its site was met for the first time");
	expect_in_fact(live, "unpatched_sites", "2: its code is in no file");
}

/* 8 sites of one file, with 1,500 calls each. The program uses only the first site before it has threads. */
Test(sites, of_programs_that_handle_sigtrap_are_patched_before_the_first_thread)
{
	struct live *live = FAST(live_tracee("fast_trap"), "call");
	const char *stops = profile_fact(&live->profile, "stops");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 12001, .name = "getppid");
	cr_assert_not_null(stops);
	cr_expect_lt(atoi(stops), 1000, "%s", stops);
}

Test(sites, that_a_handler_of_sigtrap_keeps_from_being_patched_are_reported)
{
	struct live *live = FAST(live_tracee("fast_trap"));

	expect_all_reasons(live);
	expect_in_fact(live, "unpatched_sites", ": the program has threads and handles SIGTRAP");
	expect_in_fact(live, "stopped_calls", ": the program has threads and handles SIGTRAP");
}

Test(sites, in_code_that_was_often_made_writable_are_reported)
{
	struct live *live = FAST(live_tracee("fast_writable"));

	expect_all_reasons(live);
	expect_in_fact(live, "unpatched_sites", ": the program has often made its code writable");
	expect_in_fact(live, "stopped_calls", ": it changes which memory is code");
}

Test(sites, in_a_32_bit_program_are_reported_as_not_handled_by_the_fast_engine)
{
	struct live *live = FAST(live_tracee("i386"));

	expect_all_reasons(live);
	expect_in_fact(live, "engine", "ptrace");
	expect_in_fact(live, "stopped_calls", ": it is not a 64-bit call");
}

Test(sites, that_an_option_excludes_from_the_fast_engine_are_reported)
{
	struct live *live = FAST("--no-follow", live_tracee("jit"));

	expect_all_reasons(live);
	expect_in_fact(live, "engine", "ptrace");
	expect_in_fact(live, "stopped_calls", ": --no-follow stops each call");
}

Test(sites, in_a_program_that_uses_gs_stop_and_are_reported)
{
	struct live *live = FAST(live_tracee("fast_changes"), "gs");

	expect_all_reasons(live);
	expect_in_fact(live, "stopped_calls", ": the program uses gs");
}

/* The register has another value at each call, and so has the memory that it points to. */
Test(sites, that_keep_data_in_the_frame_pointer_are_counted_in_the_gate)
{
	struct live *live = FAST(live_tracee("general_register"), "2000");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 2000, .name = "getppid",
		     .stack = "^\\[truncated\\];[^;]*;number;getppid", .is_truncated = true);
	EXPECT_CALLS(live, 2000, .name = "getpgrp", .stack = ";data_address;getpgrp");
	EXPECT_CALLS(live, 2000, .name = "getuid", .stack = ";small_on_stack;getuid");
	EXPECT_CALLS(live, 2000, .name = "geteuid", .stack = ";large_on_stack;geteuid");
	EXPECT_IN_GATE(live, 7900);
	/*
	 * The helper unwinds each of the four stacks only a few times, depending on when it gets a
	 * CPU.
	 */
	cr_expect_geq(live_gate_counts(live).counted, 4000u);
}

Test(sites, have_no_reasons_with_the_engine_that_stops_at_each_call)
{
	struct live *live = SCPROF("--engine=ptrace", live_tracee("jit"));

	cr_expect_null(profile_fact(&live->profile, "stopped_calls"));
}

Test(sites, in_code_that_is_repeatedly_made_writable_take_no_more_memory)
{
	struct live *live = SCPROF(live_tracee("fast_writable"));
	int nr_first = 0, nr_last = 0;

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 3000, .name = "getppid");
	cr_assert_eq(sscanf(live->texts[0], "%d %d", &nr_first, &nr_last), 2);
	cr_expect_eq(nr_last, nr_first);
}

/* The engine already knows the sites of the C library, because another program has used them. */
Test(sites, of_a_file_that_is_mapped_but_makes_no_call_are_not_patched)
{
	Dl_info library;
	struct live *live;

	cr_assert(dladdr(dlsym(RTLD_DEFAULT, "puts"), &library));
	live = FAST(live_tracee("text_static"), library.dli_fname);
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 900, .name = "getppid", .process = "tracee_text_sta");
	EXPECT_IN_GATE(live, 500);
}

Test(sites, are_not_patched_by_the_engine_that_stops_at_each_call)
{
	struct live *live = SCPROF("--engine=ptrace", live_tracee("text"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 300, .name = "getppid");
}
