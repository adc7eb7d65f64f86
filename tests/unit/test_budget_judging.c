// SPDX-License-Identifier: MIT
/*
 * The built-in rule: calls that moved, calls of allocators and runtimes, waiting, and sites that
 * make fewer calls.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/made_judgement.h"

TestSuite(built_in, .init = made_judgement_init, .fini = made_judgement_fini);

Test(built_in, calls_that_only_moved_have_not_grown)
{
	made_site(&runs.base, "main a", 1, "write", 0, 30);
	made_site(&runs.base, "main b", 1, "write", 0, 5);
	made_site(&runs.new, "main b", 8, "write", 0, 6);
	made_site(&runs.new, "main other c", 8, "write", 0, 2);
	judge(NULL);
	cr_expect_eq(judgement.nr, 0);
	cr_expect_eq(judgement.outcomes[0].nr_moved, 2);
}

Test(built_in, more_calls_in_all_are_growth_wherever_they_moved)
{
	made_site(&runs.base, "main a", 1, "write", 0, 3);
	made_site(&runs.base, "main b", 1, "write", 0, 5);
	made_site(&runs.new, "main b", 8, "write", 0, 9);
	judge(NULL);
	cr_assert_eq(judgement.nr, 1);
	cr_expect_str_eq(place_name(&judgement.verdicts[0]), "b");
}

Test(built_in, fewer_calls_of_one_kind_do_not_hide_more_of_another)
{
	made_site(&runs.base, "main a", 1, "write", 0, 30);
	made_site(&runs.new, "main a", 1, "write", 0, 3);
	made_site(&runs.new, "main a", 2, "fsync", 0, 1);
	judge(NULL);
	cr_expect_eq(judgement.nr, 1);
}

Test(built_in, waiting_and_runtimes_are_not_judged_unless_a_rule_asks)
{
	made_site_of_kind(&runs.new, SITE_WAIT, "main a", "futex", 9);
	made_site_of_kind(&runs.new, SITE_RUNTIME, "main b", "madvise", 9);
	judge(NULL);
	cr_expect_eq(judgement.nr, 0);
	judgement_fini(&judgement);
	budget_fini(&budget);
	judge("rules:\n  - {syscall: futex, calls: {growth: 2}}\n");
	cr_expect_eq(judgement.nr, 1);
}

Test(built_in, allocators_are_judged_in_sum)
{
	made_site_of_kind(&runs.base, SITE_ALLOCATOR, "main a", "brk", 100);
	made_site_of_kind(&runs.new, SITE_ALLOCATOR, "main b", "mmap", 114);
	judge(NULL);
	cr_expect_eq(judgement.nr, 0);
	judgement_fini(&judgement);
	budget_fini(&budget);
	made_site_of_kind(&runs.new, SITE_ALLOCATOR, "main c", "brk", 1);
	judge(NULL);
	cr_assert_eq(judgement.nr, 1);
	cr_expect(judgement.verdicts[0].is_allocator);
	cr_expect_eq(judgement.verdicts[0].base, 100);
	cr_expect_eq(judgement.verdicts[0].now, 115);
	cr_expect_eq(judgement.verdicts[0].allowed, 114);
	cr_expect_str_eq(place_name(&judgement.verdicts[0]), "b");
}

Test(built_in, allocators_of_a_program_with_threads_may_vary_more)
{
	made_site_of_kind(&runs.base, SITE_WAIT, "main w", "futex", 1);
	made_site_of_kind(&runs.base, SITE_ALLOCATOR, "main a", "brk", 100);
	made_site_of_kind(&runs.new, SITE_ALLOCATOR, "main a", "brk", 264);
	judge(NULL);
	cr_expect_eq(judgement.nr, 0);
	judgement_fini(&judgement);
	budget_fini(&budget);
	made_site_of_kind(&runs.new, SITE_ALLOCATOR, "main a", "brk", 1);
	judge(NULL);
	cr_expect_eq(judgement.nr, 1);
}

Test(built_in, calls_for_memory_of_the_program_itself_are_judged_by_site)
{
	made_site(&runs.base, "main a", 1, "mmap", 0, 1);
	made_site(&runs.new, "main a", 1, "mmap", 0, 2);
	judge(NULL);
	cr_expect_eq(judgement.nr, 1);
	judgement_fini(&judgement);
	budget_fini(&budget);
	runs.base.has_kinds = false; /* an old baseline does not contain kinds */
	judge(NULL);
	cr_expect_eq(judgement.nr, 0);
}

Test(built_in, fewer_calls_are_a_gain_unless_they_moved)
{
	made_site(&runs.base, "main a", 1, "read", 0, 30);
	made_site(&runs.base, "main b", 1, "write", 0, 30);
	made_site(&runs.new, "main a", 8, "read", 0, 10);
	made_site(&runs.new, "main other c", 8, "write", 0, 30);
	judge(NULL);
	cr_expect_eq(judgement.nr, 0);
	cr_assert_eq(judgement.nr_gains, 1);
	cr_expect_str_eq(place_name(&judgement.gains[0]), "a");
	cr_expect_eq(judgement.gains[0].base, 30);
	cr_expect_eq(judgement.gains[0].now, 10);
	cr_assert(judgement.gains[0].site);
	cr_expect_eq(judgement.gains[0].site->key.line, 8);
}

Test(built_in, gain_breaks_a_strict_budget)
{
	char *error = NULL;

	made_site(&runs.base, "main a", 1, "read", 0, 30);
	made_budget(NULL);
	budget.is_strict = true;
	cr_assert_eq(judgement_init(&judgement, &budget, &runs.base, &runs.new, &error), 0);
	cr_assert_eq(judgement.nr_errors, 1);
	cr_expect_eq(judgement.verdicts[0].kind, VERDICT_FEWER);
	cr_expect_eq(judgement.nr_gains, 0);
	cr_expect(judgement_has_fewer(&judgement));
}

Test(built_in, calls_below_a_function_that_is_called_more_often_are_one_error)
{
	static const char path[] = "main serve handle load_config";

	made_site(&runs.base, path, 30, "openat", 0, 1);
	made_site(&runs.base, path, 35, "read", 0, 1);
	made_site(&runs.base, "main serve handle put", 9, "write", 0, 4);
	made_site(&runs.new, path, 35, "read", 0, 201);
	made_site(&runs.new, path, 30, "openat", 0, 201);
	made_site(&runs.new, "main serve handle load_config look", 3, "newfstatat", 0, 200);
	made_site(&runs.new, "main serve handle put", 9, "write", 0, 4);
	judge(NULL);
	cr_assert_eq(judgement.nr, 3);
	cr_expect_eq(judgement.nr_errors, 1);
	for (uint32_t i = 0; i < 3; i++)
		cr_expect_eq(judgement.verdicts[i].leader, judgement.verdicts[0].leader);
}

Test(built_in, first_of_a_group_is_the_first_line_of_its_function)
{
	made_site(&runs.new, "main serve load", 35, "read", 0, 900);
	made_site(&runs.new, "main serve load", 30, "openat", 0, 1);
	made_site(&runs.new, "main serve put", 9, "write", 0, 4);
	made_site(&runs.base, "main serve put", 9, "write", 0, 4);
	judge(NULL);
	cr_assert_eq(judgement.nr, 2);
	cr_expect_eq(judgement.nr_errors, 1);
	cr_expect_eq(judgement.verdicts[judgement.verdicts[0].leader].site->key.line, 30);
}

Test(built_in, changes_in_two_functions_are_two_errors)
{
	made_site(&runs.new, "main serve handle load", 30, "openat", 0, 200);
	made_site(&runs.new, "main serve handle put flush", 9, "write", 0, 4);
	made_site(&runs.base, "main serve handle put flush", 9, "write", 0, 4);
	made_site(&runs.new, "main serve handle put flush", 10, "fsync", 0, 4);
	made_site(&runs.new, "main stop", 3, "unlink", 0, 1);
	made_site(&runs.new, "main end", 3, "rmdir", 0, 1);
	judge(NULL);
	cr_expect_eq(judgement.nr, 4);
	cr_expect_eq(judgement.nr_errors, 4);
}

Test(built_in, function_with_several_callers_is_in_the_group_of_one)
{
	runs.base.has_stacks = false;
	made_site(&runs.base, "read_all", 0, "read", 0, 50);
	made_site(&runs.base, "look", 0, "stat", 0, 9);
	made_site(&runs.new, "main start other read_all", 5, "read", 0, 50);
	made_site(&runs.new, "main start other look", 5, "stat", 0, 9);
	made_site(&runs.new, "main serve load read_all", 5, "read", 0, 2);
	made_site(&runs.new, "main serve load", 2, "openat", 0, 2);
	made_site(&runs.new, "main serve load", 3, "close", 0, 2);
	made_site(&runs.new, "main serve put", 3, "write", 0, 1);
	made_site(&runs.base, "put", 3, "write", 0, 1);
	judge(NULL);
	cr_expect_eq(judgement.nr, 3);
	cr_expect_eq(judgement.nr_errors, 1);
}
