// SPDX-License-Identifier: MIT
/*
 * How samples of a profile become call sites: which process and function they belong to, what they
 * are called in another build, and how many calls each of several runs made.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect_sites.h"
#include "profile/model/runs.h"

static struct profile profile;
static struct call_names names;
static struct call_sites sites;

static uint32_t intern(const char *text)
{
	return string_table_intern(&profile.strings, text);
}

static uint32_t add_mapping(const char *path, const char *build_id)
{
	struct mapping mapping = { .path = intern(path),
				   .build_id = intern(build_id),
				   .start = 0x1000,
				   .limit = 0x9000,
				   .file_offset = 0x1000 };

	return profile_intern_mapping(&profile, &mapping);
}

static uint32_t add_frame(uint32_t mapping, uint64_t offset, const char *function, uint32_t line_nr)
{
	uint32_t frame = profile_intern_frame(&profile, mapping, offset);
	struct function named = { .name = intern(function ? function : ""), .file = intern("a.c") };
	struct line line = { .line = line_nr };

	if (!function)
		return frame;
	line.function = profile_intern_function(&profile, &named);
	profile_set_lines(&profile, frame, &line, 1);
	return frame;
}

static struct sample_key key_of(uint32_t stack, const char *syscall, const char *process)
{
	return (struct sample_key){
		.stack = stack,
		.nr = (uint32_t)syscall_number(SYSCALL_ABI_X86_64, syscall),
		.process = intern(process),
	};
}

static void start(void)
{
	profile_init(&profile);
	profile_set_fact(&profile, "executable", "/bin/app");
	profile_set_fact(&profile, "complete", "yes");
	call_names_init(&names);
}

static void collect(void)
{
	collect_sites(&sites, &names, &profile, NULL);
}

static void end(void)
{
	call_sites_fini(&sites);
	call_names_fini(&names);
	profile_fini(&profile);
}

TestSuite(collect_sites, .init = start, .fini = end);

static void expect_place(uint32_t index, const char *wanted)
{
	char *text = call_names_place_text(&names, sites.sites[index].key.place, NULL);

	cr_expect_str_eq(text, wanted);
	free(text);
}

Test(collect_sites, program_and_its_process_have_the_empty_name)
{
	uint32_t app = add_mapping("/bin/app", "1"), libz = add_mapping("/lib/libz.so.1.2", "2");
	uint32_t main = stack_table_intern(&profile.stacks, 0, add_frame(app, 0x1100, "main", 3));
	uint32_t inflate =
		stack_table_intern(&profile.stacks, main, add_frame(libz, 0x1200, "inflate", 4));
	struct sample_key own = key_of(main, "read", "app"), other = key_of(inflate, "read", "sh");

	profile_sample(&profile, &own)->calls = 2;
	profile_sample(&profile, &other)->calls = 3;
	collect();
	cr_assert_eq(sites.nr, 2);
	expect_place(0, "main");
	cr_expect_eq(sites.sites[0].key.process, 0);
	cr_expect_eq(sites.sites[0].key.line, 3);
	expect_place(1, "inflate [libz.so]");
	cr_expect_str_eq(call_names_text(&names, sites.sites[1].key.process), "sh");
	cr_expect(sites.is_complete);
}

Test(collect_sites, places_of_a_runtime_are_known_as_such)
{
	uint32_t app = add_mapping("/bin/app", "1"), cxx = add_mapping("/lib/libstdc++.so.6", "2");
	uint32_t stack = stack_table_intern(&profile.stacks, 0, add_frame(app, 0x1100, "main", 3));
	struct sample_key key;

	stack = stack_table_intern(&profile.stacks, stack, add_frame(cxx, 0x1200, "call", 4));
	key = key_of(stack, "read", "app");
	profile_sample(&profile, &key)->calls = 2;
	collect();
	expect_place(0, "main");
	stack = sites.sites[0].key.stack;
	cr_expect(names.places[names.stacks.nodes[stack].frame].is_runtime);
	stack = names.stacks.nodes[stack].parent;
	cr_expect_not(names.places[names.stacks.nodes[stack].frame].is_runtime);
}

Test(collect_sites, code_without_a_symbol_has_its_address_only_in_the_same_build)
{
	uint32_t app = add_mapping("/bin/app", "1");
	uint32_t stack = stack_table_intern(&profile.stacks, 0, add_frame(app, 0x1100, NULL, 0));
	struct sample_key key = key_of(stack, "read", "app");

	profile_sample(&profile, &key)->calls = 2;
	collect();
	expect_place(0, "[program]");
	call_sites_fini(&sites);
	collect_sites(&sites, &names, &profile, &profile);
	expect_place(0, "app+0x1100");
}

Test(collect_sites, recursion_and_parts_of_functions_are_one_site)
{
	uint32_t app = add_mapping("/bin/app", "1"), stack = 0;
	struct sample_key key;

	stack = stack_table_intern(&profile.stacks, stack, add_frame(app, 0x1100, "walk", 3));
	key = key_of(stack, "read", "app");
	profile_sample(&profile, &key)->calls = 1;
	stack = stack_table_intern(&profile.stacks, stack,
				   add_frame(app, 0x1110, "walk.part.0", 3));
	key = key_of(stack, "read", "app");
	profile_sample(&profile, &key)->calls = 1;
	collect();
	cr_assert_eq(sites.nr, 1);
	cr_expect_eq(sites.sites[0].totals.calls, 2);
}

/*
 * Several sites of the profile become one call site. One of them is steady, and two processes made
 * the calls.
 */
Test(collect_sites, calls_of_each_run_are_those_of_all_its_sites)
{
	uint32_t app = add_mapping("/bin/app", "1");
	uint32_t one = stack_table_intern(&profile.stacks, 0, add_frame(app, 0x1100, "walk", 3));
	uint32_t other = stack_table_intern(&profile.stacks, 0, add_frame(app, 0x1110, "walk", 3));
	struct sample_key steady = key_of(one, "read", "app"),
			  varying = key_of(other, "read", "app");
	struct sample_key never = key_of(other, "write", "");
	struct sample_key in_sh = varying;
	uint64_t *calls;

	profile_set_runs(&profile, 2);
	in_sh.process = intern("sh");
	profile_sample(&profile, &steady)->calls = 5;
	profile_sample(&profile, &varying)->calls = 3;
	profile_sample(&profile, &in_sh)->calls = 4;
	calls = profile_add_varying_site(&profile, &varying);
	calls[0] = 3;
	calls[1] = 9;
	calls = profile_add_varying_site(&profile, &in_sh);
	calls[0] = 4;
	calls = profile_add_varying_site(&profile, &never);
	calls[1] = 2;
	collect();
	cr_assert_eq(sites.nr, 3);
	cr_expect_eq(sites.nr_runs, 2);
	cr_expect_eq(sites.sites[0].totals.calls, 8);
	cr_assert_not_null(sites.sites[0].varying);
	cr_assert_not_null(sites.sites[1].varying);
	cr_expect_eq(sites.sites[0].varying[0], 8);
	cr_expect_eq(sites.sites[0].varying[1], 14);
	cr_expect_eq(sites.sites[1].varying[0], 4);
	cr_expect_eq(sites.sites[1].varying[1], 0);
	cr_expect_eq(sites.sites[2].varying[0], 0);
	cr_expect_eq(sites.sites[2].varying[1], 2);
}

Test(collect_sites, regions_are_separate_sites)
{
	uint32_t app = add_mapping("/bin/app", "1");
	uint32_t main = stack_table_intern(&profile.stacks, 0, add_frame(app, 0x1100, "main", 3));
	struct sample_key outside = key_of(main, "read", "app"), inside = outside;

	inside.region = intern("load/parse");
	profile_sample(&profile, &outside)->calls = 2;
	profile_sample(&profile, &inside)->calls = 3;
	collect();
	cr_assert_eq(sites.nr, 2);
	cr_expect_eq(sites.sites[0].key.region, 0);
	cr_expect_eq(sites.sites[0].totals.calls, 2);
	cr_expect_str_eq(call_names_text(&names, sites.sites[1].key.region), "load/parse");
	cr_expect_eq(sites.sites[1].totals.calls, 3);
}
