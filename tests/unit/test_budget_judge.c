// SPDX-License-Identifier: MIT
/*
 * When a budget is kept, when it is broken, and when that cannot be decided.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/budget_grown_site.h"
#include "tests/unit/made_judgement.h"

TestSuite(judge, .init = made_judgement_init, .fini = made_judgement_fini);

static void expect_no_judgement(const char *rules, const struct call_sites *base,
				const char *wanted)
{
	char *error = NULL;

	made_budget(rules);
	cr_assert_eq(judgement_init(&judgement, &budget, base, &runs.new, &error), -EINVAL);
	cr_expect_str_eq(error, wanted);
	free(error);
}

Test(judge, same_run_keeps_the_budget)
{
	made_site(&runs.base, "main a", 1, "read", 0, 3);
	made_site(&runs.new, "main a", 8, "read", 0, 3);
	judge(NULL);
	cr_expect_eq(judgement.nr, 0);
	cr_expect_eq(judgement.outcomes[0].nr_sites, 1);
}

Test(judge, site_that_grows_breaks_it)
{
	made_site(&runs.base, "main a", 1, "read", 0, 3);
	made_site(&runs.new, "main a", 8, "read", 0, 4);
	made_site(&runs.new, "main b", 9, "fsync", 0, 1);
	judge(NULL);
	cr_assert_eq(judgement.nr, 2);
	cr_expect_eq(judgement.nr_errors, 2);
	cr_expect_eq(judgement.verdicts[0].kind, VERDICT_GROWTH);
	cr_assert(judgement.verdicts[0].site);
	cr_expect_eq(judgement.verdicts[0].now - judgement.verdicts[0].base, 1);
}

Test(judge, fewer_calls_are_fine)
{
	made_site(&runs.base, "main a", 1, "read", 0, 3);
	made_site(&runs.base, "main b", 1, "read", 0, 30);
	made_site(&runs.new, "main a", 8, "read", 0, 2);
	judge(NULL);
	cr_expect_eq(judgement.nr, 0);
}

Test(judge, renamed_function_has_not_grown)
{
	made_site(&runs.base, "main load_conf@a.c", 1, "read", 0, 3);
	made_site(&runs.new, "main load_config@a.c", 8, "read", 0, 3);
	judge(NULL);
	cr_expect_eq(judgement.nr, 0);
	cr_expect_eq(judgement.outcomes[0].nr_moved, 1);
}

Test(judge, renamed_function_that_calls_more_has_grown)
{
	made_site(&runs.base, "main load_conf@a.c", 1, "read", 0, 3);
	made_site(&runs.new, "main load_config@a.c", 8, "read", 0, 4);
	judge(NULL);
	cr_expect_eq(judgement.nr, 1);
}

Test(judge, varying_site_needs_an_allowance)
{
	made_varying(&runs.base, made_site(&runs.base, "main a", 1, "futex", 0, 5), 5, 9);
	made_varying(&runs.new, made_site(&runs.new, "main a", 1, "futex", 0, 7), 7, 14);
	judge(NULL);
	cr_expect_eq(judgement.nr, 0);
	cr_expect_eq(judgement.outcomes[0].nr_varying, 1);
	judgement_fini(&judgement);
	budget_fini(&budget);
	judge("rules:\n  - {syscall: futex, per: site, calls: {growth: 50%}}\n");
	cr_assert_eq(judgement.nr, 1);
	cr_expect_eq(judgement.verdicts[0].rule, 1);
	cr_expect_eq(judgement.verdicts[0].base, 9);
	cr_expect_eq(judgement.verdicts[0].allowed, 13);
	cr_expect_eq(judgement.verdicts[0].now, 14);
	judgement_fini(&judgement);
	budget_fini(&budget);
	judge("rules:\n  - {syscall: futex, per: site, calls: {growth: 5}}\n");
	cr_expect_eq(judgement.nr, 0);
}

Test(judge, rule_with_growth_takes_its_sites_from_the_built_in_one)
{
	made_site(&runs.base, "main a", 1, "read", 0, 100);
	made_site(&runs.new, "main a", 1, "read", 0, 105);
	judge("rules:\n  - {in: ^a$, calls: {growth: 10%}}\n");
	cr_expect_eq(judgement.nr, 0);
	judgement_fini(&judgement);
	budget_fini(&budget);
	judge("rules:\n  - {in: ^a$, level: 'off'}\n");
	cr_expect_eq(judgement.nr, 0);
	judgement_fini(&judgement);
	budget_fini(&budget);
	judge("rules:\n  - {in: ^a$, calls: {max: 1000}}\n");
	cr_expect_eq(judgement.nr, 1);
}

Test(judge, max_limits_the_sum_or_each_site)
{
	made_site(&runs.new, "main a", 1, "read", 0, 60);
	made_site(&runs.new, "main b", 1, "read", 0, 50);
	judge_with("rules:\n  - {syscall: read, calls: {max: 100}}\n", NULL);
	cr_assert_eq(judgement.nr, 1);
	cr_expect_eq(judgement.verdicts[0].now, 110);
	cr_expect_str_eq(place_name(&judgement.verdicts[0]), "a");
	judgement_fini(&judgement);
	budget_fini(&budget);
	judge_with("rules:\n  - {syscall: read, per: site, calls: {max: 55}}\n", NULL);
	cr_assert_eq(judgement.nr, 1);
	cr_expect_str_eq(place_name(&judgement.verdicts[0]), "a");
	judgement_fini(&judgement);
	budget_fini(&budget);
	judge_with("rules:\n  - {syscall: read, calls: {max: 110}}\n", NULL);
	cr_expect_eq(judgement.nr, 0);
}

Test(judge, forbidden_call_under_a_function)
{
	static const char rules[] = "rules:\n  - {syscall: fsync, under: ^render$, none: true}\n";

	made_site(&runs.new, "main render draw", 1, "write", 0, 6);
	made_site(&runs.new, "main save", 1, "fsync", 0, 6);
	judge_with(rules, NULL);
	cr_expect_eq(judgement.nr, 0);
	cr_expect_not(judgement.outcomes[1].is_unmatched);
	judgement_fini(&judgement);
	budget_fini(&budget);
	made_site(&runs.new, "main render save", 1, "fsync", 0, 1);
	judge_with(rules, NULL);
	cr_assert_eq(judgement.nr, 1);
	cr_expect_eq(judgement.verdicts[0].kind, VERDICT_NONE);
	cr_expect_str_eq(place_name(&judgement.verdicts[0]), "save");
	cr_expect_eq(judgement.verdicts[0].now, 1);
}

Test(judge, rule_that_matches_nothing_is_reported)
{
	made_site(&runs.new, "main draw@src/draw.c", 1, "write", 0, 6);
	judge_with("rules:\n"
		   "  - {syscall: fsync, under: ^rendr$, none: true}\n"
		   "  - {syscall: fsync, under: ^rendr$, none: true, optional: true}\n"
		   "  - {syscall: read, calls: {max: 1}}\n"
		   "  - {in: src/draw, calls: {max: 10}}\n"
		   "  - {syscall: fsync, none: true}\n",
		   NULL);
	cr_expect_eq(judgement.nr, 0);
	cr_expect(judgement.outcomes[1].is_unmatched);
	cr_expect_not(judgement.outcomes[2].is_unmatched);
	cr_expect(judgement.outcomes[3].is_unmatched);
	cr_expect_not(judgement.outcomes[4].is_unmatched);
	cr_expect_not(judgement.outcomes[5].is_unmatched);
}

Test(judge, errors_bytes_and_time_are_limited_when_asked)
{
	made_site(&runs.base, "main a", 1, "openat", ENOENT, 5);
	made_site(&runs.new, "main a", 1, "openat", ENOENT, 5);
	made_site(&runs.new, "main a", 1, "openat", EACCES, 1)->totals.time_ns = 20000000;
	made_site(&runs.new, "main b", 1, "write", 0, 1)->totals.bytes = 5000;
	judge("steady: 'off'\n"
	      "rules:\n"
	      "  - {errno: ENOENT, errors: {growth: 0}}\n"
	      "  - {syscall: '%file', errors: {growth: 0}}\n"
	      "  - {bytes: {max: 4KiB}, level: warn}\n"
	      "  - {time: {max: 10ms}}\n");
	cr_assert_eq(judgement.nr, 3);
	cr_expect_eq(judgement.nr_errors, 2);
	cr_expect_eq(judgement.nr_warnings, 1);
	cr_expect_eq(judgement.verdicts[0].rule, 2);
	cr_expect_eq(judgement.verdicts[0].metric, BUDGET_ERRORS);
	cr_expect_eq(judgement.verdicts[1].metric, BUDGET_BYTES);
	cr_expect_eq(judgement.verdicts[2].metric, BUDGET_TIME);
}

Test(judge, process_selects_and_the_program_has_a_name)
{
	struct call_site *site = made_site(&runs.new, "main a", 1, "read", 0, 9);

	cr_assert_eq(site->key.process, 0);
	judge_with("rules:\n  - {process: ^app$, calls: {max: 1}}\n"
		   "  - {process: ^sh$, calls: {max: 1}}\n",
		   NULL);
	cr_assert_eq(judgement.nr, 1);
	cr_expect_eq(judgement.verdicts[0].rule, 1);
}

Test(judge, region_selects_the_calls_made_in_it)
{
	made_site_in(&runs.base, "load", "main open_all", "openat", 9);
	made_site_in(&runs.new, "load", "main open_all", "openat", 1);
	made_site_in(&runs.new, "load/parse", "main open_all", "openat", 3);
	made_site_in(&runs.new, "request", "main open_all", "openat", 4);
	made_site_in(&runs.new, "", "main open_all", "openat", 1);
	judge("steady: 'off'\n"
	      "rules:\n"
	      "  - {syscall: openat, region: ^load/parse$, calls: {max: 3}}\n"
	      "  - {syscall: openat, region: ^load/parse$, calls: {max: 2}}\n"
	      "  - {syscall: openat, region: ^request$, none: true}\n"
	      "  - {syscall: openat, region: '^$', calls: {max: 0}}\n"
	      "  - {syscall: fsync, region: ^request$, none: true}\n"
	      "  - {region: ^load, per: site, calls: {growth: 0}}\n");
	cr_assert_eq(judgement.nr, 3);
	cr_expect_eq(judgement.verdicts[0].rule, 2);
	cr_expect_eq(judgement.verdicts[0].now, 3);
	cr_expect_eq(judgement.verdicts[0].base, 0);
	cr_expect_eq(judgement.verdicts[1].rule, 3);
	cr_expect_eq(judgement.verdicts[1].now, 4);
	cr_expect_eq(judgement.verdicts[2].rule, 4);
	cr_expect_eq(judgement.verdicts[2].now, 1);
}

/*
 * The built-in rule compares sites, whatever their regions. A rule about a region takes its calls
 * out of that comparison.
 */
Test(judge, calls_that_move_to_another_region_have_not_grown)
{
	made_site(&runs.base, "main draw", 1, "write", 0, 9);
	made_site_in(&runs.new, "load", "main draw", "write", 4);
	made_site_in(&runs.new, "request", "main draw", "write", 5);
	judge(NULL);
	cr_expect_eq(judgement.nr, 0);
	judgement_fini(&judgement);
	budget_fini(&budget);
	made_site_in(&runs.new, "noise", "main draw", "write", 100);
	judge(NULL);
	cr_expect_eq(judgement.nr, 1);
	judgement_fini(&judgement);
	budget_fini(&budget);
	judge("rules:\n  - {region: ^noise$, level: 'off'}\n");
	cr_expect_eq(judgement.nr, 0);
}

Test(judge, region_that_is_in_no_run_is_reported)
{
	made_site_in(&runs.new, "load", "main draw", "write", 1);
	judge("rules:\n"
	      "  - {syscall: fsync, region: ^laod$, none: true}\n"
	      "  - {syscall: fsync, region: ^load$, none: true}\n"
	      "  - {syscall: fsync, region: ^gone$, none: true, optional: true}\n");
	cr_expect(judgement.outcomes[1].is_unmatched);
	cr_expect_not(judgement.outcomes[2].is_unmatched);
	cr_expect_not(judgement.outcomes[3].is_unmatched);
}

/* If no rule limits growth and the built-in rule is not affected, the baseline is not needed. */
Test(judge, text_baseline_suffices_for_limits_in_a_region)
{
	runs.base.has_stacks = false;
	made_site(&runs.base, "draw", 0, "write", 0, 9);
	made_site_in(&runs.new, "load", "main draw", "write", 9);
	judge("steady: 'off'\n"
	      "rules:\n"
	      "  - {region: ^load$, calls: {max: 8}}\n"
	      "  - {region: '^$', calls: {max: 8}, optional: true}\n"
	      "  - {region: x, level: 'off'}\n");
	cr_assert_eq(judgement.nr, 1);
	cr_expect_eq(judgement.verdicts[0].rule, 1);
	cr_expect_eq(judgement.verdicts[0].base, 0);
}

static void expect_no_regions(const char *rules)
{
	expect_no_judgement(rules, &runs.base,
			    "b.yml:2: 'x' selects by region, which a baseline in text does not "
			    "hold: take a profile for the baseline");
}

Test(judge, regions_are_not_in_a_text_baseline)
{
	runs.base.has_stacks = false;
	expect_no_regions("rules:\n  - {name: x, region: f, calls: {growth: 1}}\n");
}

Test(judge, rules_that_are_off_in_a_region_need_more_than_a_text_baseline)
{
	runs.base.has_stacks = false;
	expect_no_regions("rules:\n  - {name: x, region: f, level: 'off'}\n");
}

Test(judge, growth_without_a_baseline_cannot_be_judged)
{
	expect_no_judgement("rules:\n  - {name: x, calls: {growth: 1}}\n", NULL,
			    "b.yml:2: 'x' limits growth, and there is no baseline");
}

Test(judge, callers_are_not_in_a_text_baseline)
{
	runs.base.has_stacks = false;
	expect_no_judgement("rules:\n  - {name: x, under: f, calls: {growth: 1}}\n", &runs.base,
			    "b.yml:2: 'x' selects by callers, which a baseline in text does not "
			    "hold: take a profile for the baseline");
}

Test(judge, time_is_not_in_a_text_baseline)
{
	runs.base.has_time = false;
	expect_no_judgement("rules:\n  - {name: x, time: {growth: 1ms}}\n", &runs.base,
			    "b.yml:2: 'x' limits time, which a baseline in text does not hold: "
			    "take a profile for the baseline");
}

Test(grown_site, line_that_is_new_among_known_ones_is_found)
{
	const struct call_site *site;

	made_runs_init(&runs);

	made_site(&runs.base, "main a@a.c", 10, "read", 0, 500);
	made_site(&runs.base, "main a@a.c", 20, "read", 0, 30);
	made_site(&runs.new, "main a@a.c", 15, "read", 0, 500);
	made_site(&runs.new, "main a@a.c", 22, "read", 0, 7);
	made_site(&runs.new, "main a@a.c", 25, "read", 0, 30);
	site = budget_grown_site(&runs.base, &runs.new, runs.new.sites[0].key.place,
				 runs.new.sites[0].key.syscall);
	cr_assert(site);
	cr_expect_eq(site->key.line, 22);
	made_runs_fini(&runs);
}

Test(grown_site, line_that_accounts_for_the_growth_is_found_without_lines_before)
{
	const struct call_site *site;

	made_runs_init(&runs);
	runs.base.has_stacks = false;
	made_site(&runs.base, "a", 0, "read", 0, 530);
	made_site(&runs.new, "a", 15, "read", 0, 500);
	made_site(&runs.new, "a", 22, "read", 0, 7);
	made_site(&runs.new, "a", 25, "read", 0, 30);
	site = budget_grown_site(&runs.base, &runs.new, runs.new.sites[0].key.place, 0);
	cr_assert(site);
	cr_expect_eq(site->key.line, 22);
	made_runs_fini(&runs);
}
