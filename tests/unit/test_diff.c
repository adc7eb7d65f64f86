// SPDX-License-Identifier: MIT
/*
 * How the call sites of two runs are matched, sorted and distinguished.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/diff.h"
#include "analysis/diff_tree.h"
#include "analysis/run_notes.h"
#include "tests/unit/made_sites.h"

static struct made_runs runs;
static struct diff diff;
static const struct diff_options all = { 0 };
static const struct diff_options significant = { .is_significant = true };

static void start(void)
{
	made_runs_init(&runs);
}

static void compare(enum diff_by by, enum diff_sort sort)
{
	diff_init(&diff, &runs.base, &runs.new, by, sort);
}

static void end(void)
{
	diff_fini(&diff);
	made_runs_fini(&runs);
}

TestSuite(diff, .init = start, .fini = end);

static const struct diff_row *find(const char *name)
{
	for (uint32_t i = 0; i < diff.nr; i++) {
		if (!strcmp(diff.rows[i].name, name))
			return &diff.rows[i];
	}
	cr_assert_fail("there is no row '%s'", name);
	abort();
}

static uint32_t nr_differing(const struct diff_options *options)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < diff.nr; i++)
		nr += diff_row_differs(&diff, &diff.rows[i], options);
	return nr;
}

Test(diff, lines_and_callers_do_not_matter_by_site)
{
	made_site(&runs.base, "main serve load@a.c", 10, "read", 0, 3);
	made_site(&runs.base, "main load@a.c", 12, "read", 0, 2);
	made_site(&runs.new, "main start load@a.c", 99, "read", 0, 5);
	compare(DIFF_BY_SITE, DIFF_SORT_COST);
	cr_expect_eq(diff.nr, 1);
	cr_expect_eq(diff.rows[0].kind, DIFF_SAME);
	cr_expect_eq(nr_differing(&all), 0);
}

Test(diff, rows_are_new_gone_grown_shrunk_or_changed)
{
	made_site(&runs.base, "main a", 1, "read", 0, 3);
	made_site(&runs.new, "main a", 1, "read", 0, 4);
	made_site(&runs.base, "main b", 1, "read", 0, 3);
	made_site(&runs.new, "main b", 1, "read", 0, 1);
	made_site(&runs.base, "main c", 1, "openat", 0, 2);
	made_site(&runs.new, "main c", 1, "openat", 2, 2);
	made_site(&runs.base, "main d", 1, "stat", 0, 2);
	made_site(&runs.new, "main e", 1, "fsync", 0, 2);
	compare(DIFF_BY_SITE, DIFF_SORT_NAME);
	cr_expect_eq(find("read a")->kind, DIFF_GREW);
	cr_expect_eq(find("read b")->kind, DIFF_SHRANK);
	cr_expect_eq(find("openat c")->kind, DIFF_CHANGED);
	cr_expect_eq(find("stat d")->kind, DIFF_GONE);
	cr_expect_eq(find("fsync e")->kind, DIFF_NEW);
	cr_expect_eq(nr_differing(&all), 5);
}

Test(diff, sums_by_syscall_and_by_function)
{
	made_site(&runs.base, "main a", 1, "read", 0, 3);
	made_site(&runs.base, "main b", 1, "read", 0, 4);
	made_site(&runs.new, "main a", 1, "read", 0, 3);
	made_site(&runs.new, "main a", 1, "write", 0, 9);
	compare(DIFF_BY_SYSCALL, DIFF_SORT_COST);
	cr_expect_eq(find("read")->base.totals.calls, 7);
	cr_expect_eq(find("read")->new.totals.calls, 3);
	cr_expect_eq(find("write")->kind, DIFF_NEW);
	diff_fini(&diff);
	compare(DIFF_BY_FUNCTION, DIFF_SORT_COST);
	cr_expect_eq(find("a")->new.totals.calls, 12);
	cr_expect_eq(find("b")->kind, DIFF_GONE);
}

Test(diff, cost_weighs_calls_by_their_time)
{
	made_site(&runs.new, "main sync", 1, "fsync", 0, 10)->totals.time_ns = 50000000;
	made_site(&runs.new, "main read", 1, "read", 0, 100)->totals.time_ns = 20000;
	compare(DIFF_BY_SITE, DIFF_SORT_COST);
	cr_expect_str_eq(diff.rows[0].name, "fsync sync");
	diff_fini(&diff);
	compare(DIFF_BY_SITE, DIFF_SORT_CALLS);
	cr_expect_str_eq(diff.rows[0].name, "read read");
}

Test(diff, renamed_function_is_paired_with_its_old_name)
{
	made_site(&runs.base, "main load_conf@a.c", 1, "read", 0, 7);
	made_site(&runs.base, "main other@b.c", 1, "read", 0, 7);
	made_site(&runs.new, "main load_config@a.c", 1, "read", 0, 7);
	made_site(&runs.new, "main other@b.c", 1, "read", 0, 7);
	compare(DIFF_BY_SITE, DIFF_SORT_COST);
	cr_assert(find("read load_config")->counterpart);
	cr_expect_str_eq(diff.rows[find("read load_config")->counterpart - 1].name,
			 "read load_conf");
	cr_expect_eq(find("read other")->counterpart, 0);
}

Test(diff, tail_call_moves_calls_to_the_caller)
{
	made_site(&runs.base, "main flush put@a.c", 1, "write", 0, 7);
	made_site(&runs.base, "main flush@b.c", 1, "write", 0, 2);
	made_site(&runs.new, "main flush@b.c", 1, "write", 0, 9);
	compare(DIFF_BY_SITE, DIFF_SORT_COST);
	cr_assert(find("write flush")->counterpart);
	cr_expect_str_eq(diff.rows[find("write flush")->counterpart - 1].name, "write put");
}

Test(diff, unrelated_functions_are_not_paired)
{
	made_site(&runs.base, "main alpha@a.c", 1, "write", 0, 7);
	made_site(&runs.base, "main gamma@a.c", 1, "fsync", 0, 7);
	made_site(&runs.new, "main zzz kkk@b.c", 1, "write", 0, 7);
	made_site(&runs.new, "main delta@c.c", 1, "write", 0, 700);
	compare(DIFF_BY_SITE, DIFF_SORT_COST);
	for (uint32_t i = 0; i < diff.nr; i++)
		cr_expect_eq(diff.rows[i].counterpart, 0, "%s", diff.rows[i].name);
}

Test(diff, variation_between_runs_is_not_significant)
{
	struct call_site *site = made_site(&runs.base, "main a", 1, "read", 0, 5);

	made_varying(&runs.base, site, 4, 8);
	made_site(&runs.new, "main a", 1, "read", 0, 8);
	site = made_site(&runs.base, "main b", 1, "read", 0, 5);
	made_varying(&runs.base, site, 4, 8);
	made_site(&runs.new, "main b", 1, "read", 0, 9);
	compare(DIFF_BY_SITE, DIFF_SORT_COST);
	cr_expect_eq(nr_differing(&all), 2);
	cr_expect_eq(nr_differing(&significant), 1);
	cr_expect(diff_row_differs(&diff, find("read b"), &significant));
}

Test(diff, calls_that_wait_are_not_significant_unless_they_are_new)
{
	made_site(&runs.base, "main a", 1, "futex", 0, 5);
	made_site(&runs.new, "main a", 1, "futex", 0, 9);
	made_site(&runs.new, "main b", 1, "futex", 0, 9);
	compare(DIFF_BY_SITE, DIFF_SORT_COST);
	cr_expect_eq(nr_differing(&all), 2);
	cr_expect_eq(nr_differing(&significant), 1);
}

Test(diff, time_counts_only_when_asked_for)
{
	const struct diff_options time = { .has_time = true };
	const struct diff_options both = { .has_time = true, .is_significant = true };

	made_site(&runs.base, "main a", 1, "read", 0, 5)->totals.time_ns = 1000;
	made_site(&runs.new, "main a", 1, "read", 0, 5)->totals.time_ns = 900000;
	made_site(&runs.base, "main b", 1, "read", 0, 5)->totals.time_ns = 1000000;
	made_site(&runs.new, "main b", 1, "read", 0, 5)->totals.time_ns = 9000000;
	compare(DIFF_BY_SITE, DIFF_SORT_COST);
	cr_expect_eq(nr_differing(&all), 0);
	cr_expect_eq(nr_differing(&time), 2);
	cr_expect_eq(nr_differing(&both), 1);
}

Test(diff, sums_are_added_up_run_by_run)
{
	struct call_site *site = made_site(&runs.new, "main a", 1, "read", 0, 4);

	made_varying(&runs.new, site, 4, 6);
	site = made_site(&runs.new, "main a", 2, "read", 0, 6);
	made_varying(&runs.new, site, 6, 4);
	compare(DIFF_BY_SITE, DIFF_SORT_COST);
	cr_expect_eq(diff.rows[0].new.calls_min, 10);
	cr_expect_eq(diff.rows[0].new.calls_max, 10);
	cr_expect_not(diff_row_varies(&diff.rows[0]));
}

Test(diff, differing_surroundings_are_reported)
{
	char *note;

	compare(DIFF_BY_SITE, DIFF_SORT_COST);
	call_sites_set_fact(&runs.base, RUN_KERNEL, "6.1");
	cr_expect_null(run_note(&runs.base, &runs.new, RUN_KERNEL));
	call_sites_set_fact(&runs.new, RUN_KERNEL, "6.2");
	note = run_note(&runs.base, &runs.new, RUN_KERNEL);
	cr_expect_str_eq(note, "the kernel differs: '6.2', was '6.1'");
	free(note);
}

Test(diff, tree_has_the_differences_with_the_sums_below)
{
	struct diff_tree tree;
	const struct diff_node *node;

	made_site(&runs.base, "main serve load", 1, "read", 0, 3);
	made_site(&runs.base, "main quit", 1, "close", 0, 3);
	made_site(&runs.new, "main serve load", 1, "read", 0, 7);
	made_site(&runs.new, "main serve", 1, "write", 0, 1);
	made_site(&runs.new, "main quit", 1, "close", 0, 3);
	compare(DIFF_BY_SITE, DIFF_SORT_COST);
	diff_tree_init(&tree, &runs.base, &runs.new);
	node = &tree.nodes[tree.nodes[0].first_child];
	cr_expect_eq(node->base.calls, 6);
	cr_expect_eq(node->new.calls, 11);
	node = &tree.nodes[node->first_child];
	cr_expect_str_eq(call_names_text(&runs.names, runs.names.places[node->place].function),
			 "serve");
	cr_expect_eq(node->next_sibling, 0, "the tree contains an unchanged site");
	cr_expect_eq(node->new.calls, 8);
	node = &tree.nodes[node->first_child];
	cr_expect_eq(node->new.calls, 7);
	node = &tree.nodes[node->next_sibling];
	cr_expect_str_eq(call_names_text(&runs.names, node->syscall), "write");
	diff_tree_fini(&tree);
}

static void expect_stable(const char *name, const char *stable)
{
	char *got = call_names_stable_function(name);

	cr_expect_str_eq(got, stable);
	free(got);
}

Test(call_names, functions_lose_the_suffixes_that_compilers_append)
{
	expect_stable("load", "load");
	expect_stable("load.part.0", "load");
	expect_stable("load.constprop.0.isra.0", "load");
	expect_stable("ns::load(int) [clone .cold]", "ns::load(int)");
	expect_stable("app::load::h0123456789abcdef", "app::load");
	expect_stable("main.main", "main.main");
	expect_stable("main.particular", "main.particular");
	expect_stable(".hidden", ".hidden");
}

Test(call_names, modules_lose_directory_and_version)
{
	static const char *const names[][2] = {
		{ "/usr/lib/libz.so.1.2.13", "libz.so" },
		{ "/lib/libc.so.6", "libc.so" },
		{ "/usr/bin/app", "app" },
		{ "[vdso]", "[vdso]" },
		{ "/opt/x.sock", "x.sock" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *got = call_names_stable_module(names[i][0]);

		cr_expect_str_eq(got, names[i][1]);
		free(got);
	}
}
