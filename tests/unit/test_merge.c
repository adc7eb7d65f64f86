// SPDX-License-Identifier: MIT
/*
 * Merging profiles: the sums are right, equal elements become one, and the result depends neither
 * on the order nor on the grouping.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/model/histogram.h"
#include "profile/model/merge.h"
#include "profile/util/xalloc.h"
#include "tests/pprof/made_profile.h"

static uint32_t text(struct profile *profile, const char *string)
{
	return string_table_intern(&profile->strings, string);
}

/* A profile with @calls reads from one frame, at @offset of @path. @name and @file may be NULL. */
struct one {
	const char *path;
	const char *build_id;
	uint64_t offset;
	const char *name;
	const char *file;
	uint64_t calls;
	uint64_t latency_ns;
};

static void make(struct profile *profile, const struct one *one)
{
	bool is_anonymous = !strcmp(one->path, "[anon]");
	struct sample_key key = { .bucket = (uint16_t)histogram_bucket(one->latency_ns) };
	struct mapping mapping = { .limit = is_anonymous ? UINT64_MAX : 0x10000 };
	struct sample *sample;
	uint32_t frame;

	profile_init(profile);
	mapping.path = text(profile, one->path);
	mapping.build_id = text(profile, one->build_id);
	frame = profile_intern_frame(profile, profile_intern_mapping(profile, &mapping),
				     one->offset);
	if (one->name) {
		struct function function = {
			.name = text(profile, one->name),
			.file = one->file ? text(profile, one->file) : 0,
		};
		struct line line = { .function = profile_intern_function(profile, &function) };

		profile_set_lines(profile, frame, &line, 1);
	}
	key.stack = stack_table_intern(&profile->stacks, 0, frame);
	sample = profile_sample(profile, &key);
	sample->calls = one->calls;
	sample->time_ns = one->calls * one->latency_ns;
	profile_set_fact(profile, "complete", "yes");
}

static void merge_two(struct profile *result, const struct profile *a, const struct profile *b)
{
	struct merge *merge = merge_new();

	cr_assert_eq(merge_add(merge, a), 0);
	cr_assert_eq(merge_add(merge, b), 0);
	merge_finish(merge, result);
	merge_free(merge);
}

/* Merges the profiles of @a and @b, and frees these two. */
static void merge_ones(struct profile *result, struct one a, struct one b)
{
	struct profile x, y;

	make(&x, &a);
	make(&y, &b);
	merge_two(result, &x, &y);
	profile_fini(&x);
	profile_fini(&y);
}

static void expect_same(const struct profile *a, const struct profile *b)
{
	char *x = made_profile_text(a), *y = made_profile_text(b);

	cr_assert_str_eq(x, y);
	free(x);
	free(y);
}

Test(merge, order_and_grouping_do_not_matter)
{
	for (unsigned int seed = 1; seed < 60; seed++) {
		struct profile a, b, c, ab, bc, ba, left, right, other;

		made_profile_random(&a, seed);
		made_profile_random(&b, seed + 1000);
		made_profile_small(&c);
		merge_two(&ab, &a, &b);
		merge_two(&ba, &b, &a);
		expect_same(&ab, &ba);
		merge_two(&bc, &b, &c);
		merge_two(&left, &ab, &c);
		merge_two(&right, &a, &bc);
		expect_same(&left, &right);
		merge_two(&other, &c, &ba);
		expect_same(&left, &other);
		struct profile *const all[] = { &a, &b, &c, &ab, &bc, &ba, &left, &right, &other };
		for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
			profile_fini(all[i]);
	}
}

Test(merge, sums_are_the_sums_of_the_parts)
{
	for (unsigned int seed = 1; seed < 20; seed++) {
		struct profile a, b, both;
		struct totals x, y, sum;

		made_profile_random(&a, seed);
		made_profile_random(&b, seed + 100);
		merge_two(&both, &a, &b);
		x = profile_totals(&a);
		y = profile_totals(&b);
		sum = profile_totals(&both);
		cr_assert_eq(sum.calls, x.calls + y.calls);
		cr_assert_eq(sum.errors, x.errors + y.errors);
		cr_assert_eq(sum.time_ns, x.time_ns + y.time_ns);
		cr_assert_eq(sum.bytes, x.bytes + y.bytes);
		cr_assert_eq(both.duration_ns, a.duration_ns + b.duration_ns);
		profile_fini(&a);
		profile_fini(&b);
		profile_fini(&both);
	}
}

Test(merge, percentiles_are_those_of_all_calls)
{
	const struct one fast = { .path = "/a", .build_id = "0a", .calls = 90, .latency_ns = 100 };
	const struct one slow = { .path = "/a", .build_id = "0a", .calls = 10, .latency_ns = 9000 };
	struct histogram histogram = { .total = 0 };
	struct profile both;

	merge_ones(&both, fast, slow);
	for (uint32_t i = 0; i < both.nr_samples; i++)
		histogram_add(&histogram, both.samples[i].key.bucket, both.samples[i].calls);
	cr_assert_eq(histogram.total, 100);
	cr_assert_eq(histogram_percentile(&histogram, 0.5), histogram_lower(histogram_bucket(100)));
	cr_assert_eq(histogram_percentile(&histogram, 0.95),
		     histogram_lower(histogram_bucket(9000)));
	cr_assert_eq(both.stacks.nr, 2);
	profile_fini(&both);
}

static uint32_t nr_stacks(struct one a, struct one b)
{
	struct profile both;
	uint32_t nr;

	merge_ones(&both, a, b);
	nr = both.stacks.nr - 1;
	profile_fini(&both);
	return nr;
}

Test(merge, a_build_is_the_same_wherever_it_is_installed)
{
	struct one a = { .path = "/usr/lib/x.so", .build_id = "0a", .calls = 1 };
	struct one b = { .path = "/opt/lib/x.so", .build_id = "0a", .calls = 2 };
	struct profile both;

	merge_ones(&both, a, b);
	cr_assert_eq(both.nr_samples, 1);
	cr_assert_eq(both.samples[0].calls, 3);
	cr_assert_eq(both.nr_mappings, 2);
	cr_assert_str_eq(string_table_get(&both.strings, both.mappings[1].path), "/opt/lib/x.so");
	profile_fini(&both);
	b.build_id = "0b";
	cr_assert_eq(nr_stacks(a, b), 2);
	b = a;
	b.build_id = "0b";
	cr_assert_eq(nr_stacks(a, b), 2);
	a.build_id = b.build_id = "";
	cr_assert_eq(nr_stacks(a, b), 1);
	b.path = "/opt/lib/x.so";
	cr_assert_eq(nr_stacks(a, b), 2);
}

static void expect_name(struct one a, struct one b, const char *name)
{
	for (int i = 0; i < 2; i++) {
		struct profile both;

		merge_ones(&both, i ? a : b, i ? b : a);
		const struct line *line = &both.lines[both.frames[1].first_line];

		cr_assert_eq(both.frames[1].nr_lines, 1);
		cr_assert_str_eq(
			string_table_get(&both.strings, both.functions[line->function].name), name);
		profile_fini(&both);
	}
}

Test(merge, the_more_informative_name_is_kept)
{
	struct one none = { .path = "/a", .build_id = "0a", .offset = 16, .calls = 1 };
	struct one bare = none, symbol = none, source = none;

	bare.name = "z+0x10";
	symbol.name = "main";
	source.name = "alpha";
	source.file = "/src/a.c";
	expect_name(none, bare, "z+0x10");
	expect_name(bare, symbol, "main");
	expect_name(none, symbol, "main");
	expect_name(symbol, source, "alpha");
	expect_name(bare, source, "alpha");
}

Test(merge, code_without_a_file_is_matched_by_its_name)
{
	struct one a = { .path = "[anon]", .build_id = "", .offset = 0x7f00, .calls = 1 };
	struct one b = a;

	b.offset = 0x8000;
	cr_assert_eq(nr_stacks(a, b), 1);
	a.name = "JS:first";
	cr_assert_eq(nr_stacks(a, b), 2);
	b.name = "JS:first";
	cr_assert_eq(nr_stacks(a, b), 1);
	b.offset = a.offset;
	b.name = "JS:second";
	cr_assert_eq(nr_stacks(a, b), 2);
}

Test(merge, sums_that_are_too_large_are_refused_and_nothing_is_added)
{
	struct one most = { .path = "/a", .build_id = "", .calls = INT64_MAX };
	struct one more = { .path = "/a", .build_id = "", .calls = 1 };
	struct merge *merge = merge_new();
	struct profile a, b, result;

	make(&a, &most);
	make(&b, &more);
	cr_assert_eq(merge_add(merge, &a), 0);
	cr_assert_eq(merge_add(merge, &b), -EOVERFLOW);
	merge_finish(merge, &result);
	merge_free(merge);
	cr_assert_eq(profile_totals(&result).calls, INT64_MAX);
	profile_fini(&a);
	profile_fini(&b);
	profile_fini(&result);
}

/*
 * Merges two profiles in which the fact @key has the values @a and @b (NULL: none). Returns the
 * result's fact.
 */
static char *merged(const char *key, const char *a, const char *b, const char *result_key)
{
	struct profile x, y, both;
	const char *value;
	char *copy;

	profile_init(&x);
	profile_init(&y);
	if (a)
		profile_set_fact(&x, key, "%s", a);
	if (b)
		profile_set_fact(&y, key, "%s", b);
	merge_two(&both, &x, &y);
	value = profile_fact(&both, result_key);
	copy = value ? xstrdup(value) : xstrdup("(none)");
	profile_fini(&x);
	profile_fini(&y);
	profile_fini(&both);
	return copy;
}

static void expect_fact(const char *key, const char *a, const char *b, const char *result_key,
			const char *expected)
{
	char *forth = merged(key, a, b, result_key), *back = merged(key, b, a, result_key);

	cr_assert_str_eq(forth, expected, "%s of %s and %s is %s", key, a, b, forth);
	cr_assert_str_eq(back, forth);
	free(forth);
	free(back);
}

Test(merge, the_result_is_complete_if_all_parts_are)
{
	expect_fact("complete", "yes", "yes", "complete", "yes");
	expect_fact("complete", "yes", "no", "complete", "no");
	expect_fact("complete", "yes", NULL, "complete", "no");
	expect_fact("complete", "yes", "yes, nearly", "complete", "no");
}

Test(merge, numbers_in_facts_are_added_up)
{
	expect_fact("calls_lost", "3", "4", "calls_lost", "7");
	expect_fact("calls_lost", "3", NULL, "calls_lost", "3");
	expect_fact("calls_lost", "18446744073709551615", "4", "calls_lost",
		    "18446744073709551615");
	expect_fact("calls_lost", "-3", "4", "calls_lost", "4");
	expect_fact("unfinished", "futex 3, read 1", "futex 1, poll 2", "unfinished",
		    "futex 4, poll 2, read 1");
	expect_fact("unpatched_sites", "3: too near, or so; 1: odd", "none", "unpatched_sites",
		    "1: odd; 3: too near, or so");
	expect_fact("stopped_calls", "3: a; 1: b", "2: b", "stopped_calls", "3: a; 3: b");
	expect_fact("unwinds", "5 stacks repeated, 2 unwound", "1 stacks repeated, 1 unwound",
		    "unwinds", "6 stacks repeated, 3 unwound");
	expect_fact("helper_memory", "900 KiB at most", "1000 KiB at most", "helper_memory",
		    "1000 KiB at most");
	expect_fact("timing", "5 calls across stops, less 70 ns each",
		    "6 calls across stops, less 60 ns each, 7 calls in place", "timing",
		    "11 calls across stops, less 60 to 70 ns each, 7 calls in place");
	expect_fact("uncertain_times", "5", "6", "uncertain_times", "11");
	expect_fact("uncertain_ns", "5000000000", "70", "uncertain_ns", "5000000070");
	expect_fact("timing", "5 calls across stops, less 70 ns each", "nonsense", "timing",
		    "5 calls across stops, less 70 ns each");
	expect_fact("other", "a", "b", "merged_profiles", "2");
}

Test(merge, different_values_are_all_kept_up_to_a_limit)
{
	struct merge *merge = merge_new();
	struct profile profile, result;

	expect_fact("command", "ls -l", "ls -l", "command", "ls -l");
	expect_fact("command", "ls -l", "ls -l", "command#2", "(none)");
	expect_fact("command", "ls -l", "du", "command", "du");
	expect_fact("command", "ls -l", "du", "command#2", "ls -l");
	expect_fact("of another version", "b", "a", "of another version#2", "b");
	for (int i = 0; i < 1000; i++) {
		profile_init(&profile);
		profile_set_fact(&profile, "command", "job %03d", i);
		for (int j = 0; j < 10; j++) {
			char *key = xasprintf("key %d", 10 * i + j);

			profile_set_fact(&profile, key, "x");
			free(key);
		}
		merge_add(merge, &profile);
		profile_fini(&profile);
	}
	merge_finish(merge, &result);
	merge_free(merge);
	cr_assert_str_eq(profile_fact(&result, "command#16"), "job 015");
	cr_assert_null(profile_fact(&result, "command#17"));
	cr_assert_str_eq(profile_fact(&result, "command#more"), "yes");
	cr_assert_lt(result.nr_facts, 300);
	profile_fini(&result);
}

Test(merge, the_first_start_and_the_last_end_are_kept)
{
	struct profile a, b, both, again;

	profile_init(&a);
	profile_init(&b);
	a.start_time_ns = 1700000000000000000;
	a.duration_ns = 5000000000;
	b.start_time_ns = 1700000100000000000;
	b.duration_ns = 1000000000;
	merge_two(&both, &a, &b);
	merge_two(&again, &both, &a);
	cr_assert_eq(both.start_time_ns, a.start_time_ns);
	cr_assert_eq(both.duration_ns, 6000000000);
	cr_assert_str_eq(profile_fact(&both, "merged_until"), "2023-11-14T22:15:01Z");
	cr_assert_str_eq(profile_fact(&again, "merged_until"), "2023-11-14T22:15:01Z");
	cr_assert_str_eq(profile_fact(&again, "merged_profiles"), "3");
	profile_fini(&a);
	profile_fini(&b);
	profile_fini(&both);
	profile_fini(&again);
}
