// SPDX-License-Identifier: MIT
/*
 * `scprof run --runs N`: scprof runs a program several times, and one profile says which of its
 * calls vary.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/model/runs.h"
#include "tests/live/live.h"

TestSuite(runs, .init = live_init, .fini = live_fini, .timeout = 120);

/* Returns how the number of calls of the system call @name varies over the runs. */
static struct run_range range_of(const struct live *live, const char *name)
{
	const struct profile *profile = &live->profile;
	uint32_t nr = (uint32_t)syscall_number(SYSCALL_ABI_X86_64, name);
	struct run_tally tally = { 0 };
	struct run_range range;

	for (uint32_t i = 0; i < profile->nr_samples; i++)
		if (profile->samples[i].key.nr == nr)
			run_tally_add_sample(&tally, profile, &profile->samples[i]);
	for (uint32_t i = 0; profile->runs && i < profile->runs->nr_sites; i++)
		if (profile->runs->sites[i].key.nr == nr)
			run_tally_add_site(&tally, profile, &profile->runs->sites[i]);
	range = run_tally_range(&tally, profile);
	run_tally_fini(&tally);
	return range;
}

static void expect_range(const struct live *live, const char *name, uint64_t min, uint64_t median,
			 uint64_t max)
{
	struct run_range range = range_of(live, name);

	cr_expect(range.min == min && range.median == median && range.max == max,
		  "%s: %lu %lu %lu instead of %lu %lu %lu", name, range.min, range.median,
		  range.max, min, median, max);
}

static void expect_fact(const struct live *live, const char *key, const char *expected)
{
	const char *value = profile_fact(&live->profile, key);

	cr_expect(expected ? value && !strcmp(value, expected) : !value, "%s: %s", key,
		  value ? value : "missing");
}

Test(runs, the_profile_says_what_varies)
{
	struct live *live = SCPROF("--runs", "5", live_tracee("vary"));

	EXPECT_EXIT(live, 0);
	expect_fact(live, "runs", "5");
	expect_fact(live, "run", "3");
	expect_fact(live, "runs_wanted", NULL);
	expect_fact(live, "complete", "yes");
	EXPECT_CALLS(live, 3, .name = "getppid", .stack = ";main;often;getppid");
	expect_range(live, "getppid", 1, 3, 5);
	expect_range(live, "getpgrp", 0, 1, 1);
	expect_range(live, "execve", LIVE_FIRST_EXECVE, LIVE_FIRST_EXECVE, LIVE_FIRST_EXECVE);
	expect_range(live, "openat", LIVE_CALLS(live, .name = "openat"),
		     LIVE_CALLS(live, .name = "openat"), LIVE_CALLS(live, .name = "openat"));
	cr_expect_eq(live->profile.runs->nr_sites, 2);
	cr_expect_eq(live_count_files(), 1, "the runs left more files than the program's");
}

Test(runs, calls_that_only_other_runs_made_have_a_stack)
{
	struct live *live = SCPROF("--runs", "2", live_tracee("vary"));
	const struct profile *profile = &live->profile;
	const struct run_site *site = NULL;
	uint32_t frame;

	expect_fact(live, "run", "1");
	EXPECT_CALLS(live, 0, .name = "getpgrp");
	for (uint32_t i = 0; i < profile->runs->nr_sites; i++)
		if (profile->runs->sites[i].key.nr ==
		    (uint32_t)syscall_number(SYSCALL_ABI_X86_64, "getpgrp"))
			site = &profile->runs->sites[i];
	cr_assert_not_null(site);
	cr_expect(site->calls[0] == 0 && site->calls[1] == 1);
	frame = profile->stacks.nodes[profile->stacks.nodes[site->key.stack].parent].frame;
	cr_expect_str_eq(
		string_table_get(
			&profile->strings,
			profile->functions[profile->lines[profile->frames[frame].first_line]
						   .function]
				.name),
		"later");
}

Test(runs, a_program_that_repeats_itself_is_steady)
{
	struct live *live = SCPROF("--runs", "4", live_tracee("nested"), "50");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 50, .name = "getppid", .stack = ";main;outer;middle;inner;getppid");
	cr_expect_eq(profile_nr_runs(&live->profile), 4);
	cr_expect_eq(live->profile.runs->nr_sites, 0);
}

Test(runs, a_run_that_fails_is_the_last)
{
	struct live *live = SCPROF("--runs", "9", live_tracee("vary"), "2");

	EXPECT_EXIT(live, 5);
	expect_fact(live, "runs", "2");
	expect_fact(live, "runs_wanted", "9");
	expect_fact(live, "run", "2");
	expect_fact(live, "exit_status", "5");
	EXPECT_CALLS(live, 2, .name = "getppid");
	expect_range(live, "getppid", 1, 1, 2);
}

Test(runs, a_first_run_that_fails_leaves_an_ordinary_profile)
{
	struct live *live = SCPROF("--runs", "9", live_tracee("vary"), "1");

	EXPECT_EXIT(live, 5);
	expect_fact(live, "runs", NULL);
	expect_fact(live, "runs_wanted", "9");
	EXPECT_CALLS(live, 1, .name = "getppid");
}

Test(runs, a_run_killed_by_a_signal_is_a_failure)
{
	struct live *live = SCPROF("--runs", "3", "sh", "-c", "kill -9 $$");

	EXPECT_SIGNAL(live, SIGKILL);
	expect_fact(live, "runs_wanted", "3");
}

Test(runs, one_run_is_like_a_run_without_the_option)
{
	struct live *live = SCPROF("--runs", "1", live_tracee("vary"));

	EXPECT_EXIT(live, 0);
	expect_fact(live, "runs", NULL);
	expect_fact(live, "run", NULL);
}

Test(runs, every_run_reads_the_same_file)
{
	const char *script = "printf 'skipped\\nread\\n' >in; "
			     "{ read line; exec \"$0\" run -q --runs 3 -o x.pb.gz \"$1\"; } <in";
	struct live *live = live_run(LIVE_PLAIN, LIVE_ARGS("sh", "-c", script, live_built("scprof"),
							   live_tracee("vary")));

	EXPECT_EXIT(live, 0);
	cr_expect_str_eq(live->texts[0], "read\nread\nread\n");
}

Test(runs, a_pipe_as_standard_input_causes_a_warning)
{
	const char *script = "{ sleep 0.2; echo once; } | \"$0\" run --runs 2 -o x.pb.gz \"$1\"";
	struct live *live = live_run(LIVE_PLAIN, LIVE_ARGS("sh", "-c", script, live_built("scprof"),
							   live_tracee("vary")));

	EXPECT_EXIT(live, 0);
	cr_expect_str_eq(live->texts[0], "once\n");
	cr_expect_not_null(strstr(live->texts[1], "scprof: standard input is a pipe, which cannot"),
			   "%s", live->texts[1]);
	cr_expect_not_null(strstr(live->texts[1], "scprof: 2 runs, "), "%s", live->texts[1]);
}

Test(runs, the_output_of_each_run_is_shown)
{
	struct live *live = SCPROF("--runs", "3", "echo", "hello");

	cr_expect_str_eq(live->texts[0], "hello\nhello\nhello\n");
	cr_expect_str_eq(live->texts[1], "");
}

Test(runs, the_output_can_be_dev_null)
{
	const char *argv[] = { live_built("scprof"), "run", "--runs", "3", "-o", "/dev/null",
			       live_tracee("vary"),  NULL };
	struct live *live = live_run(LIVE_PLAIN, argv);

	EXPECT_EXIT(live, 0);
	cr_expect_eq(live_count_files(), 1);
}

Test(runs, an_unwritable_output_is_refused_before_the_first_run)
{
	const char *argv[] = { live_built("scprof"), "run", "--runs", "3", "-o", "/dev/full",
			       live_tracee("vary"),  NULL };
	struct live *live = live_run(LIVE_PLAIN, argv);

	EXPECT_EXIT(live, 3);
	cr_expect_not_null(strstr(live->texts[1], "cannot write '/dev/full'"), "%s",
			   live->texts[1]);
	cr_expect_eq(live_count_files(), 0, "the program was run");
}

Test(runs, wrong_numbers_of_runs_are_refused)
{
	static const char *const numbers[] = { "0", "-1", "1001", "x", "" };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const char *argv[] = { live_built("scprof"), "run", "--runs", numbers[i],
				       live_tracee("vary"),  NULL };
		struct live *live = live_run(LIVE_PLAIN, argv);

		EXPECT_EXIT(live, 2);
		cr_expect_eq(live_count_files(), 0);
	}
}

Test(runs, a_difference_says_what_varies)
{
	const char *script = "\"$0\" -q -o a.pb.gz --runs 3 \"$1\" && rm n && "
			     "\"$0\" -q -o b.pb.gz --runs 5 \"$1\" && \"$0\" diff a.pb.gz b.pb.gz";
	struct live *live = live_run(LIVE_PLAIN, LIVE_ARGS("sh", "-c", script, live_built("scprof"),
							   live_tracee("vary")));

	cr_expect_not_null(strstr(live->texts[0], "[varies: 1..5]"), "%s%s", live->texts[0],
			   live->texts[1]);
}

Test(runs, a_log_is_refused_for_several_runs)
{
	const char *argv[] = { live_built("scprof"), "run", "--log", "--runs", "2",
			       live_tracee("vary"),  NULL };
	struct live *live = live_run(LIVE_PLAIN, argv);

	EXPECT_EXIT(live, 2);
	cr_expect_not_null(strstr(live->texts[1], "--log records one run"), "%s", live->texts[1]);
	cr_expect_eq(live_count_files(), 0);
}
