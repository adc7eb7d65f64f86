// SPDX-License-Identifier: MIT
/*
 * The tables of the profile model: interning, addresses, lines, samples, facts and totals.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <malloc.h>
#include <string.h>

#include "profile/model/gate_counts.h"
#include "profile/model/profile.h"

static struct profile profile;

static void setup(void)
{
	profile_init(&profile);
}

static void teardown(void)
{
	profile_fini(&profile);
}

TestSuite(profile, .init = setup, .fini = teardown);

static uint32_t add_mapping(const char *path, uint64_t start, uint64_t file_offset)
{
	struct mapping mapping = {
		.path = string_table_intern(&profile.strings, path),
		.start = start,
		.limit = start + 0x1000,
		.file_offset = file_offset,
	};

	return profile_intern_mapping(&profile, &mapping);
}

Test(profile, element_0_of_each_table_means_none)
{
	cr_assert_eq(profile.nr_mappings, 1);
	cr_assert_eq(profile.nr_frames, 1);
	cr_assert_eq(profile.nr_functions, 1);
	cr_assert_eq(profile.nr_samples, 0);
	cr_assert_eq(profile_frame_address(&profile, 0), 0);
}

Test(profile, equal_elements_have_equal_ids)
{
	uint32_t a = add_mapping("a", 0x1000, 0), b = add_mapping("b", 0x1000, 0);
	struct function function = { .name = 1, .start_line = 2 };
	uint32_t frame = profile_intern_frame(&profile, a, 5);
	uint32_t id = profile_intern_function(&profile, &function);

	cr_assert_neq(a, b);
	cr_assert_eq(add_mapping("a", 0x1000, 0), a);
	cr_assert_neq(add_mapping("a", 0x1000, 0x1000), a);
	cr_assert_eq(profile_intern_frame(&profile, a, 5), frame);
	cr_assert_neq(profile_intern_frame(&profile, b, 5), frame);
	cr_assert_neq(profile_intern_frame(&profile, a, 6), frame);
	cr_assert_eq(profile_intern_function(&profile, &function), id);
	function.start_line = 3;
	cr_assert_neq(profile_intern_function(&profile, &function), id);
}

Test(profile, ids_survive_growth)
{
	uint32_t mapping = add_mapping("a", 0, 0);

	for (uint32_t i = 1; i <= 50000; i++) {
		struct function function = { .name = i };

		cr_assert_eq(profile_intern_frame(&profile, mapping, i), i);
		cr_assert_eq(profile_intern_function(&profile, &function), i);
		cr_assert_eq(add_mapping("b", i, 0), i + 1);
	}
	for (uint32_t i = 1; i <= 50000; i++) {
		cr_assert_eq(profile_intern_frame(&profile, mapping, i), i);
		cr_assert_eq(add_mapping("b", i, 0), i + 1);
	}
}

Test(profile, address_is_that_of_the_program_header)
{
	uint32_t mapping = add_mapping("a", 0x401000, 0x1000);
	uint32_t frame = profile_intern_frame(&profile, mapping, 0x1234);

	cr_assert_eq(profile_frame_address(&profile, frame), 0x401234);
	frame = profile_intern_frame(&profile, 0, FRAME_TRUNCATED);
	cr_assert_eq(profile_frame_address(&profile, frame), 0);
}

Test(profile, new_lines_replace_the_lines_of_a_frame)
{
	uint32_t frame = profile_intern_frame(&profile, add_mapping("a", 0, 0), 1);
	uint32_t other = profile_intern_frame(&profile, add_mapping("a", 0, 0), 2);
	struct function function = { .name = 1 };
	struct line lines[2] = { { .line = 10 }, { .line = 20 } };

	lines[0].function = lines[1].function = profile_intern_function(&profile, &function);
	profile_set_lines(&profile, frame, lines, 2);
	profile_set_lines(&profile, other, lines, 1);
	profile_set_lines(&profile, frame, lines + 1, 1);
	cr_assert_eq(profile.frames[frame].nr_lines, 1);
	cr_assert_eq(profile.lines[profile.frames[frame].first_line].line, 20);
	cr_assert_eq(profile.frames[other].nr_lines, 1);
	cr_assert_eq(profile.lines[profile.frames[other].first_line].line, 10);
}

Test(profile, samples_whose_keys_differ_in_one_field_are_separate)
{
	struct sample_key keys[] = {
		{ 0 },	      { .stack = 1 }, { .process = 1 }, { .thread = 1 }, { .pid = 1 },
		{ .tid = 1 }, { .nr = 1 },    { .abi = 1 },	{ .error = 1 },	 { .bucket = 1 },
	};
	uint32_t nr = sizeof(keys) / sizeof(keys[0]);

	for (int round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < nr; i++)
			profile_sample(&profile, &keys[i])->calls += i + 1;
	}
	cr_assert_eq(profile.nr_samples, nr);
	for (uint32_t i = 0; i < nr; i++)
		cr_assert_eq(profile_sample(&profile, &keys[i])->calls, 3 * (i + 1));
}

Test(profile, existing_sample_is_found_without_allocation)
{
	struct mallinfo2 before, after;

	for (uint32_t i = 0; i < 1000; i++)
		profile_sample(&profile, &(struct sample_key){ .stack = i });
	before = mallinfo2();
	for (uint32_t i = 0; i < 1000; i++)
		profile_sample(&profile, &(struct sample_key){ .stack = i })->calls++;
	after = mallinfo2();
	cr_assert_eq(before.uordblks, after.uordblks);
	cr_assert_eq(profile.nr_samples, 1000);
}

Test(profile, totals_are_the_sum_of_samples)
{
	struct sample *sample = profile_sample(&profile, &(struct sample_key){ .nr = 1 });
	struct totals totals;

	*sample = (struct sample){ .key = sample->key, .calls = 3, .time_ns = 30, .bytes = 300 };
	sample = profile_sample(&profile, &(struct sample_key){ .nr = 1, .error = EIO });
	*sample = (struct sample){ .key = sample->key, .calls = 2, .time_ns = 7 };
	totals = profile_totals(&profile);
	cr_assert_eq(totals.calls, 5);
	cr_assert_eq(totals.errors, 2);
	cr_assert_eq(totals.time_ns, 37);
	cr_assert_eq(totals.bytes, 300);
}

Test(profile, facts_keep_their_order_and_take_new_values)
{
	cr_assert_null(profile_fact(&profile, "command"));
	profile_set_fact(&profile, "command", "%s %d", "sleep", 1);
	profile_set_fact(&profile, "engine", "ptrace");
	profile_set_fact(&profile, "command", "sleep 2");
	cr_assert_str_eq(profile_fact(&profile, "command"), "sleep 2");
	cr_assert_str_eq(profile_fact(&profile, "engine"), "ptrace");
	cr_assert_eq(profile.nr_facts, 2);
	cr_assert_str_eq(profile.facts[0].key, "command");
}

Test(profile, fini_frees_everything_and_may_be_called_twice)
{
	profile_fini(&profile);
	profile_fini(&profile);
	cr_assert_null(profile.samples);
}

Test(profile, counts_of_the_gate_are_read_as_they_were_set)
{
	const struct gate_counts set = { 1, UINT64_MAX, 3, 4, 0, 6 };
	struct gate_counts got;

	cr_expect_not(gate_counts_get(&profile, &got));
	cr_expect_eq(got.repaired, 0);
	gate_counts_set(&profile, &set);
	cr_expect(gate_counts_get(&profile, &got));
	cr_expect_eq(memcmp(&got, &set, sizeof(set)), 0, "%s", profile_fact(&profile, "fast"));
	for (unsigned int i = 0; i < NR_GATE_COUNTS; i++)
		cr_expect_eq(gate_counts_value(&got, i), gate_counts_value(&set, i));
}

Test(profile, counts_of_the_gate_may_be_in_any_order_and_among_others)
{
	struct gate_counts got;

	profile_set_fact(&profile, "fast", "7 areas, 3 new words, 12 calls counted in place");
	cr_expect(gate_counts_get(&profile, &got));
	cr_expect_eq(got.areas, 7);
	cr_expect_eq(got.counted, 12);
	cr_expect_eq(got.recorded, 0);
	profile_set_fact(&profile, "fast", "nonsense");
	cr_expect(gate_counts_get(&profile, &got));
	cr_expect_eq(got.counted, 0);
}
