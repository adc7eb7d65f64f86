// SPDX-License-Identifier: MIT
/*
 * The line that scprof prints at the end of a run.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/model/summary.h"

static struct profile profile;

static void setup(void)
{
	profile_init(&profile);
}

static void teardown(void)
{
	profile_fini(&profile);
}

TestSuite(summary, .init = setup, .fini = teardown);

static uint32_t stack(uint64_t offset)
{
	struct mapping anonymous = { .path = string_table_intern(&profile.strings, "[anon]"),
				     .limit = UINT64_MAX };
	uint32_t mapping = profile_intern_mapping(&profile, &anonymous);
	uint32_t frame = profile_intern_frame(&profile, mapping, offset);

	return stack_table_intern(&profile.stacks, 0, frame);
}

static void add(struct sample_key key, uint64_t calls, uint64_t time_ns)
{
	struct sample *sample = profile_sample(&profile, &key);

	sample->calls += calls;
	sample->time_ns += time_ns;
}

static void expect_line(const char *expected)
{
	char *line = summary_line(&profile, "x.pb.gz");

	cr_expect_str_eq(line, expected);
	free(line);
}

Test(summary, an_empty_profile_has_a_summary)
{
	expect_line("0 calls from 0 sites, 0 errors, 0 ns in system calls, INCOMPLETE; "
		    "see: scprof report x.pb.gz");
}

Test(summary, one_call_is_singular)
{
	profile_set_fact(&profile, "complete", "yes");
	add((struct sample_key){ .stack = stack(16), .error = ENOENT }, 1, 999);
	expect_line("1 call from 1 site, 1 error, 999 ns in system calls, complete; "
		    "see: scprof report x.pb.gz");
}

Test(summary, a_site_is_a_stack_and_a_call_of_an_abi)
{
	uint32_t one = stack(16), other = stack(32);

	profile_set_fact(&profile, "complete", "yes");
	add((struct sample_key){ .stack = one, .nr = 1 }, 2, 1000);
	add((struct sample_key){ .stack = other, .nr = 1 }, 3, 1000);
	add((struct sample_key){ .stack = one, .nr = 2 }, 4, 1000);
	add((struct sample_key){ .stack = one, .nr = 1, .abi = SYSCALL_ABI_I386 }, 5, 1000);
	/* The same sites again, with other results, latencies, processes and threads. */
	add((struct sample_key){ .stack = one, .nr = 1, .error = EAGAIN }, 6, 1000);
	add((struct sample_key){ .stack = one, .nr = 1, .bucket = 40 }, 7, 1000);
	add((struct sample_key){ .stack = one, .nr = 2, .pid = 5, .tid = 6 }, 8, 1000);
	add((struct sample_key){ .stack = other, .nr = 1, .process = 3, .thread = 4 }, 9, 1000);
	expect_line("44 calls from 4 sites, 6 errors, 8.0 us in system calls, complete; "
		    "see: scprof report x.pb.gz");
}

Test(summary, the_path_is_quoted_for_a_shell)
{
	static const struct {
		const char *path, *word;
	} paths[] = {
		{ "/a-b/c_d.1%.pb.gz", "/a-b/c_d.1%.pb.gz" },
		{ "/my dir/x.pb.gz", "'/my dir/x.pb.gz'" },
		{ "/it's/$x", "'/it'\\''s/$x'" },
		{ "/\xc3\xa9", "'/\xc3\xa9'" },
		{ "", "''" },
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		char *line = summary_line(&profile, paths[i].path);
		const char *word = strstr(line, "scprof report ") + strlen("scprof report ");

		cr_expect_str_eq(word, paths[i].word);
		free(line);
	}
}

Test(summary, times_have_units)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} times[] = {
		{ 999, "999 ns" },	 { 1000, "1.0 us" },	   { 999949, "999.9 us" },
		{ 999999, "1.0 ms" },	 { 1000000, "1.0 ms" },	   { 999949999, "999.9 ms" },
		{ 999999999, "1.00 s" }, { 1000000000, "1.00 s" }, { 3599990000000, "3599.99 s" },
	};
	struct sample_key key = { .stack = stack(16) };
	char expected[160];

	profile_set_fact(&profile, "complete", "yes");
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		profile_sample(&profile, &key)->calls = 1;
		profile_sample(&profile, &key)->time_ns = times[i].ns;
		snprintf(expected, sizeof(expected),
			 "1 call from 1 site, 0 errors, %s in system calls, complete; "
			 "see: scprof report x.pb.gz",
			 times[i].text);
		expect_line(expected);
	}
}

Test(summary, only_the_word_yes_means_complete)
{
	cr_expect_not(profile_is_complete(&profile));
	profile_set_fact(&profile, "complete", "no, 3 calls lost");
	cr_expect_not(profile_is_complete(&profile));
	profile_set_fact(&profile, "complete", "yes and no");
	cr_expect_not(profile_is_complete(&profile));
	profile_set_fact(&profile, "complete", "yes");
	cr_expect(profile_is_complete(&profile));
}
