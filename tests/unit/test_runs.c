// SPDX-License-Identifier: MIT
/*
 * Profiles of several runs: sums over the runs are exact for any selection of sites, and files
 * preserve them.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/model/merge.h"
#include "profile/model/runs.h"
#include "profile/pprof/pprof.h"
#include "tests/pprof/made_profile.h"

static struct profile profile;

/*
 * read: 5 calls in every run; write: 2 in the shown run, else 3 or 4; openat: in other runs only.
 */
static const struct sample_key read_key = { .nr = 0 };
static const struct sample_key write_key = { .nr = 1, .bucket = 9, .thread = 0 };
static const struct sample_key openat_key = { .nr = 257, .error = ENOENT };

static void make(void)
{
	uint64_t *calls;

	profile_init(&profile);
	profile_sample(&profile, &read_key)->calls = 5;
	profile_sample(&profile, &write_key)->calls = 2;
	profile_set_runs(&profile, 4);
	calls = profile_add_varying_site(&profile, &write_key);
	calls[0] = 2;
	calls[1] = 3;
	calls[2] = 4;
	calls[3] = 3;
	calls = profile_add_varying_site(&profile, &openat_key);
	calls[2] = 1;
}

static void end(void)
{
	profile_fini(&profile);
}

TestSuite(runs, .init = make, .fini = end);

static void expect_range(struct run_range range, uint64_t min, uint64_t median, uint64_t max)
{
	cr_expect(range.min == min && range.median == median && range.max == max,
		  "%lu %lu %lu instead of %lu %lu %lu", range.min, range.median, range.max, min,
		  median, max);
}

Test(runs, a_profile_is_of_one_run_unless_it_says_otherwise)
{
	struct profile one;

	profile_init(&one);
	cr_expect_eq(profile_nr_runs(&one), 1);
	profile_sample(&one, &read_key)->calls = 7;
	cr_expect(profile_sample_is_steady(&one, &one.samples[0]));
	expect_range(profile_run_range(&one), 7, 7, 7);
	profile_fini(&one);
}

Test(runs, a_site_is_the_same_for_every_thread_and_latency)
{
	struct sample_key key = write_key;

	key.bucket = 100;
	key.tid = 4;
	key.thread = string_table_intern(&profile.strings, "worker");
	cr_assert_not_null(profile_varying_site(&profile, &key));
	key.process = key.thread;
	cr_expect_null(profile_varying_site(&profile, &key));
	key.process = 0;
	key.region = key.thread;
	cr_expect_null(profile_varying_site(&profile, &key));
	cr_expect_null(profile_varying_site(&profile, &read_key));
}

Test(runs, the_range_of_a_site_has_the_lower_median)
{
	struct run_tally tally = { 0 };

	run_tally_add_sample(&tally, &profile, &profile.samples[0]);
	expect_range(run_tally_range(&tally, &profile), 5, 5, 5);
	run_tally_fini(&tally);
	run_tally_add_site(&tally, &profile, &profile.runs->sites[0]);
	expect_range(run_tally_range(&tally, &profile), 2, 3, 4);
	run_tally_fini(&tally);
}

Test(runs, a_steady_site_of_several_samples_has_their_sum)
{
	struct sample_key slow = read_key;
	struct run_tally tally = { 0 };

	slow.bucket = 50;
	profile_sample(&profile, &slow)->calls = 6;
	for (uint32_t i = 0; i < profile.nr_samples; i++)
		run_tally_add_sample(&tally, &profile, &profile.samples[i]);
	expect_range(run_tally_range(&tally, &profile), 11, 11, 11);
	run_tally_fini(&tally);
}

Test(runs, a_tally_adds_up_run_by_run)
{
	struct run_tally tally = { 0 };

	for (uint32_t i = 0; i < profile.nr_samples; i++)
		run_tally_add_sample(&tally, &profile, &profile.samples[i]);
	expect_range(run_tally_range(&tally, &profile), 5, 5, 5);
	for (uint32_t i = 0; i < profile.runs->nr_sites; i++)
		run_tally_add_site(&tally, &profile, &profile.runs->sites[i]);
	cr_expect_eq(run_tally_calls(&tally, 0), 7);
	cr_expect_eq(run_tally_calls(&tally, 2), 10);
	expect_range(run_tally_range(&tally, &profile), 7, 8, 10);
	run_tally_fini(&tally);
}

Test(runs, fewer_calls_of_one_site_can_offset_more_of_another)
{
	const struct sample_key other = { .nr = 2 };
	uint64_t *calls = profile_add_varying_site(&profile, &other);
	struct run_tally tally = { 0 };

	for (uint32_t run = 0; run < 4; run++)
		calls[run] = 10 - profile.runs->sites[0].calls[run];
	run_tally_add_site(&tally, &profile, &profile.runs->sites[0]);
	expect_range(run_tally_range(&tally, &profile), 2, 3, 4);
	run_tally_add_site(&tally, &profile, &profile.runs->sites[2]);
	expect_range(run_tally_range(&tally, &profile), 10, 10, 10);
	run_tally_fini(&tally);
}

Test(runs, sums_that_are_too_large_saturate)
{
	struct run_tally tally = { 0 };

	profile.runs->sites[0].calls[1] = UINT64_MAX;
	run_tally_add_site(&tally, &profile, &profile.runs->sites[0]);
	run_tally_add_site(&tally, &profile, &profile.runs->sites[0]);
	cr_expect_eq(run_tally_range(&tally, &profile).max, UINT64_MAX);
	run_tally_fini(&tally);
}

Test(runs, many_varying_sites_are_found)
{
	for (uint32_t nr = 400; nr < 500; nr++)
		profile_add_varying_site(&profile, &(struct sample_key){ .nr = nr })[1] = nr;
	for (uint32_t nr = 400; nr < 500; nr++) {
		const struct run_site *site =
			profile_varying_site(&profile, &(struct sample_key){ .nr = nr });

		cr_assert(site && site->calls[1] == nr, "%u", nr);
	}
}

/* Writes the profile and replaces it with what was read. */
static void write_and_read(void)
{
	char path[] = "/tmp/scprof-test_runs.XXXXXX", error[PPROF_ERROR_SIZE];

	close(mkstemp(path));
	cr_assert_eq(pprof_write(&profile, path), 0);
	profile_fini(&profile);
	cr_assert_eq(pprof_read(&profile, path, error), 0, "%s", error);
	unlink(path);
}

Test(runs, a_file_preserves_the_runs)
{
	const struct run_site *site;

	write_and_read();
	cr_assert_eq(profile_nr_runs(&profile), 4);
	cr_assert_eq(profile.runs->nr_sites, 2);
	cr_expect_eq(profile.nr_samples, 2, "sites of other runs became samples");
	cr_expect_eq(profile_totals(&profile).calls, 7);
	site = profile_varying_site(&profile, &openat_key);
	cr_assert_not_null(site);
	cr_expect_eq(site->calls[2], 1);
	cr_expect_eq(site->calls[0] + site->calls[1] + site->calls[3], 0);
	site = profile_varying_site(&profile, &write_key);
	cr_assert_not_null(site);
	cr_expect(site->calls[0] == 2 && site->calls[1] == 3 && site->calls[2] == 4 &&
		  site->calls[3] == 3);
}

Test(runs, a_file_preserves_the_stacks_of_sites_of_other_runs)
{
	struct sample_key key = { .nr = 3 };
	struct mapping mapping = { .limit = 4096 };
	const struct run_site *site = NULL;

	mapping.path = string_table_intern(&profile.strings, "/bin/x");
	key.stack = stack_table_intern(
		&profile.stacks, 0,
		profile_intern_frame(&profile, profile_intern_mapping(&profile, &mapping), 16));
	key.region = string_table_intern(&profile.strings, "load/parse");
	profile_add_varying_site(&profile, &key)[3] = 9;
	write_and_read();
	for (uint32_t i = 0; i < profile.runs->nr_sites; i++)
		if (profile.runs->sites[i].key.nr == 3)
			site = &profile.runs->sites[i];
	cr_assert_not_null(site);
	cr_assert_neq(site->key.stack, 0);
	cr_expect_eq(profile.frames[profile.stacks.nodes[site->key.stack].frame].offset, 16);
	cr_expect_str_eq(string_table_get(&profile.strings, site->key.region), "load/parse");
	cr_expect_eq(site->calls[3], 9);
}

Test(runs, merged_profiles_have_no_runs)
{
	struct merge *merge = merge_new();
	struct profile sum;

	cr_assert_eq(merge_add(merge, &profile), 0);
	merge_finish(merge, &sum);
	merge_free(merge);
	cr_expect_null(profile_fact(&sum, RUNS_FACT));
	cr_expect_eq(profile_nr_runs(&sum), 1);
	cr_expect_eq(profile_totals(&sum).calls, 7);
	profile_fini(&sum);
}

Test(runs, sites_that_a_filter_has_emptied_are_not_written)
{
	memset(profile.runs->sites[0].calls, 0, 4 * sizeof(uint64_t));
	write_and_read();
	cr_expect_eq(profile_nr_runs(&profile), 4);
	cr_expect_eq(profile.runs->nr_sites, 1);
}
