// SPDX-License-Identifier: MIT
/*
 * Restricting a profile to the calls below a function: stacks begin at this function, all other
 * calls are omitted and counted, and several runs stay exact.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/model/runs.h"
#include "profile/model/scope.h"
#include "profile/util/xalloc.h"

static struct profile profile;
static uint32_t mapping;

static uint32_t frame(const char *name, uint64_t offset)
{
	uint32_t id = profile_intern_frame(&profile, mapping, offset);
	struct function function = { .name = string_table_intern(&profile.strings, name) };
	struct line line = { .function = profile_intern_function(&profile, &function) };

	if (!profile.frames[id].nr_lines)
		profile_set_lines(&profile, id, &line, 1);
	return id;
}

/*
 * @names are separated by blanks, outermost first. The first letter of a name is the frame's
 * offset.
 */
static uint32_t stack(const char *names)
{
	char *copy = xstrdup(names), *rest = copy, *name;
	uint32_t id = 0;

	while ((name = strsep(&rest, " ")))
		id = stack_table_intern(&profile.stacks, id,
					*name == '!'
						? profile_intern_frame(&profile, 0, FRAME_TRUNCATED)
						: frame(name, (uint64_t)*name));
	free(copy);
	return id;
}

static void add(const char *names, uint64_t calls)
{
	profile_sample(&profile, &(struct sample_key){ .stack = stack(names) })->calls = calls;
}

static void make(void)
{
	struct mapping range = { .limit = 0x1000 };

	profile_init(&profile);
	range.path = string_table_intern(&profile.strings, "/bin/x");
	mapping = profile_intern_mapping(&profile, &range);
	add("_start main read_all", 5);
	add("_start exit_handlers", 2);
	add("_start constructors", 1);
	add("zygote main read_all", 4);
	add("! read_all", 3);
}

static void end(void)
{
	profile_fini(&profile);
}

TestSuite(scope, .init = make, .fini = end);

static uint64_t calls_of(const char *names)
{
	const struct sample_key key = { .stack = stack(names) };

	for (uint32_t i = 0; i < profile.nr_samples; i++)
		if (!memcmp(&profile.samples[i].key, &key, sizeof(key)))
			return profile.samples[i].calls;
	return 0;
}

static void apply(const char *from)
{
	char *error = NULL;

	cr_assert_eq(scope_apply(&profile, from, &error), 0, "%s", error);
}

static void expect_refusal(const char *from, int err, const char *text)
{
	char *error = NULL;

	cr_expect_eq(scope_apply(&profile, from, &error), err);
	cr_assert_not_null(error);
	cr_expect(strstr(error, text), "%s", error);
	cr_expect_eq(profile_totals(&profile).calls, 15);
	cr_expect_null(profile_fact(&profile, SCOPE_FACT));
	free(error);
}

Test(scope, stacks_begin_at_the_function)
{
	apply("main");
	cr_expect_eq(profile.nr_samples, 1,
		     "samples that differed only above the function were not joined");
	cr_expect_eq(calls_of("main read_all"), 9);
	cr_expect_str_eq(profile_fact(&profile, SCOPE_FACT), "main");
	cr_expect_str_eq(profile_fact(&profile, SCOPE_LEFT_OUT_FACT),
			 "6 calls, 3 of them with a truncated stack");
}

Test(scope, a_regular_expression_matches_any_part)
{
	apply("/^(main|exit_.*)$");
	cr_expect_eq(calls_of("main read_all"), 9);
	cr_expect_eq(calls_of("exit_handlers"), 2);
}

Test(scope, a_name_matches_as_a_whole)
{
	expect_refusal("mai", -ENOENT, "no stack has a function 'mai'");
	expect_refusal("/^ain", -ENOENT, "no stack has a function that matches '^ain'");
	expect_refusal("/(", -EINVAL, "bad regular expression '(': ");
	expect_refusal("/^(((.*)*)*)*(?!)", -EINVAL,
		       "regular expression '^(((.*)*)*)*(?!)' takes too long to match '");
}

Test(scope, parameters_may_be_left_out)
{
	add("_start Load::file(int) open", 7);
	apply("Load::file");
	cr_expect_eq(calls_of("Load::file(int) open"), 7);
}

Test(scope, the_outermost_call_of_a_recursion_counts)
{
	add("_start walk next walk read_all", 8);
	apply("walk");
	cr_expect_eq(calls_of("walk next walk read_all"), 8);
	cr_expect_eq(profile.nr_samples, 1);
}

Test(scope, the_function_may_be_inlined)
{
	struct function function = { .name = string_table_intern(&profile.strings, "inlined") };
	struct line lines[2] = { { .function = profile_intern_function(&profile, &function) } };
	uint32_t id = profile_intern_frame(&profile, mapping, 'm');

	lines[1] = profile.lines[profile.frames[id].first_line];
	profile_set_lines(&profile, id, lines, 2);
	apply("inlined");
	cr_expect_eq(profile_totals(&profile).calls, 9);
}

Test(scope, the_result_may_be_empty)
{
	profile_set_runs(&profile, 2);
	profile_add_varying_site(&profile, &(struct sample_key){ .stack = stack("zygote x") })[1] =
		9;
	scope_apply_none(&profile, SCOPE_FACT, "other");
	cr_expect_eq(profile.nr_samples, 0);
	cr_expect_eq(profile.runs->nr_sites, 0);
	cr_expect_str_eq(profile_fact(&profile, SCOPE_FACT), "other");
	cr_expect_str_eq(profile_fact(&profile, SCOPE_LEFT_OUT_FACT), "15 calls");
}

Test(scope, runs_are_restricted_as_well)
{
	const struct sample_key varying = { .stack = stack("_start main read_all") };
	const struct sample_key dropped = { .stack = stack("_start exit_handlers") };
	uint64_t *calls;
	struct run_range range;

	profile_set_runs(&profile, 2);
	calls = profile_add_varying_site(&profile, &varying);
	calls[0] = 5;
	calls[1] = 6;
	profile_add_varying_site(&profile, &dropped)[1] = 9;
	apply("main");
	cr_expect_eq(profile.runs->nr_sites, 1);
	range = profile_run_range(&profile);
	cr_expect(range.min == 9 && range.max == 10, "%lu %lu", range.min, range.max);
}
