// SPDX-License-Identifier: MIT
/*
 * What a budget's file may contain, and the messages about what it may not.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/budget_read.h"

static void parse(struct budget *budget, const char *text)
{
	char *error = NULL;

	cr_assert_eq(budget_parse(budget, "b.yml", text, strlen(text), &error), 0, "%s", error);
}

static void expect_error(const char *text, const char *wanted)
{
	struct budget budget;
	char *error = NULL;

	cr_assert_eq(budget_parse(&budget, "b.yml", text, strlen(text), &error), -EBADMSG);
	cr_expect_str_eq(error, wanted);
	free(error);
}

Test(budget, every_key_is_read)
{
	struct budget budget;
	const struct budget_rule *rule;

	parse(&budget, "version: 1\n"
		       "baseline: app.baseline.yml\n"
		       "steady: warn\n"
		       "rules:\n"
		       "  - name: few opens\n"
		       "    syscall: '%file'\n"
		       "    process: '^app$'\n"
		       "    in: load|src/conf\n"
		       "    under: '^main$'\n"
		       "    region: '^load'\n"
		       "    errno: ENOENT, EACCES\n"
		       "    per: site\n"
		       "    level: warn\n"
		       "    optional: true\n"
		       "    calls: {max: 100, growth: 2.5%}\n"
		       "    bytes: {max: 4 KiB}\n"
		       "    time: {growth: 10ms}\n"
		       "  - {syscall: fsync, none: true}\n");
	cr_assert_eq(budget.nr_rules, 3);
	cr_expect_str_eq(budget.baseline, "app.baseline.yml");
	cr_expect_eq(budget.rules[0].level, BUDGET_WARN);
	rule = &budget.rules[1];
	cr_expect_str_eq(rule->name, "few opens");
	cr_expect_eq(rule->line, 5);
	cr_expect_eq(rule->per, BUDGET_PER_SITE);
	cr_expect_eq(rule->level, BUDGET_WARN);
	cr_expect(rule->is_optional);
	cr_expect_eq(rule->nr_errors, 2);
	cr_expect_eq(rule->errors[0], ENOENT);
	cr_expect(rule->in && rule->under && rule->region && rule->process && rule->syscalls);
	cr_expect_eq(rule->limits[BUDGET_CALLS].max, 100);
	cr_expect(rule->limits[BUDGET_CALLS].is_percent);
	cr_expect_float_eq(rule->limits[BUDGET_CALLS].growth, 2.5, 1e-9);
	cr_expect_eq(rule->limits[BUDGET_BYTES].max, 4096);
	cr_expect_float_eq(rule->limits[BUDGET_TIME].growth, 1e7, 1);
	cr_expect_not(rule->limits[BUDGET_ERRORS].has_max);
	cr_expect_str_eq(budget.rules[2].name, "fsync");
	cr_expect_eq(budget.rules[2].level, BUDGET_ERROR);
	cr_expect(budget.rules[2].is_none);
	budget_fini(&budget);
}

Test(budget, rules_without_a_name_are_named_by_what_they_select)
{
	struct budget budget;

	parse(&budget, "rules:\n  - {syscall: read, under: ^f$, none: true}\n  - {level: 'off'}\n"
		       "  - {syscall: fsync, region: ^request, none: true}\n");
	cr_expect_str_eq(budget.rules[1].name, "read under ^f$");
	cr_expect_str_eq(budget.rules[2].name, "all calls");
	cr_expect_str_eq(budget.rules[3].name, "fsync in region ^request");
	budget_fini(&budget);
}

Test(budget, errors_name_line_column_and_what_was_meant)
{
	expect_error("rule:\n  - {none: true}\n",
		     "b.yml:1:1: unknown key 'rule'; did you mean 'rules'?");
	expect_error("rules:\n  - {syscal: read, none: true}\n",
		     "b.yml:2:6: unknown key 'syscal'; did you mean 'syscall'?");
	expect_error("rules:\n  - {syscall: raed, none: true}\n",
		     "b.yml:2:15: unknown system call 'raed'; did you mean 'read'?");
	expect_error("rules:\n  - {none: yes}\n",
		     "b.yml:2:12: none 'yes' is neither true nor false");
	expect_error("rules:\n  - {level: wran, none: true}\n",
		     "b.yml:2:13: level 'wran' is unknown; did you mean 'warn'?");
	expect_error("rules:\n  - {syscall: read}\n",
		     "b.yml:2:5: the rule limits nothing: it needs calls, errors, bytes, time, "
		     "'none: true' or 'level: off'");
	expect_error("rules:\n  - calls: {max: ten}\n",
		     "b.yml:2:12: max 'ten' is not an amount of calls");
	expect_error("rules:\n  - time: {max: 10}\n",
		     "b.yml:2:11: max '10' is not an amount of time, such as 10ms");
	expect_error("rules:\n  - calls: {growth: 5 percent}\n",
		     "b.yml:2:12: growth '5 percent' is neither a percentage nor calls");
	expect_error("rules:\n  - calls: {}\n", "b.yml:2:12: 'calls' needs 'max' or 'growth'");
	expect_error("rules:\n  - {errno: ENOTHERE, none: true}\n",
		     "b.yml:2:13: 'ENOTHERE' is not the name of an error, such as ENOENT");
	expect_error(
		"rules:\n  - {in: '(', none: true}\n",
		"b.yml:2:10: in: bad regular expression '(': at character 1: missing closing parenthesis");
	expect_error(
		"rules:\n  - {region: '(', none: true}\n",
		"b.yml:2:14: region: bad regular expression '(': at character 1: missing closing parenthesis");
	expect_error("rules:\n  - syscall: %file\n",
		     "b.yml:2:14: found character that cannot start any token: put the value in "
		     "quotes");
	expect_error("version: 7\n",
		     "b.yml:1:10: version 7 is unknown: this scprof reads version 1");
	expect_error("", "b.yml: the file is empty");
	expect_error("a: &x 1\n",
		     "b.yml:1:1: unknown key 'a': it is one of version, baseline, skip, "
		     "steady, rules");
	expect_error("rules: [&r {none: true}, *r]\n",
		     "b.yml:1:26: aliases (*name) are not read here");
	expect_error("rules: []\n---\nrules: []\n",
		     "b.yml:2:1: a second document: only one is read");
}

Test(budget, amounts_have_units)
{
	double amount;

	cr_expect(budget_parse_amount("10", BUDGET_CALLS, &amount) && amount == 10);
	cr_expect(budget_parse_amount("1.5 MiB", BUDGET_BYTES, &amount) && amount == 1572864);
	cr_expect(budget_parse_amount("2kB", BUDGET_BYTES, &amount) && amount == 2000);
	cr_expect(budget_parse_amount("2s", BUDGET_TIME, &amount) && amount == 2e9);
	cr_expect_not(budget_parse_amount("2s", BUDGET_CALLS, &amount));
	cr_expect_not(budget_parse_amount("-2", BUDGET_CALLS, &amount));
	cr_expect_not(budget_parse_amount("", BUDGET_CALLS, &amount));
	cr_expect_not(budget_parse_amount("1..2", BUDGET_CALLS, &amount));
	amount = 7;
	cr_expect_not(budget_parse_amount("99999999999999999999", BUDGET_CALLS, &amount));
	cr_expect_not(budget_parse_amount("55555555555555min", BUDGET_TIME, &amount));
	cr_expect_eq(amount, 7, "a refused amount was stored");
}

/* Returns @before, @nr times @text, and @after as one string. The caller frees it. */
static char *repeat(const char *before, const char *text, size_t nr, const char *after)
{
	size_t length = strlen(text), start = strlen(before);
	char *all = calloc(start + length * nr + strlen(after) + 1, 1);

	strcpy(all, before);
	for (size_t i = 0; i < nr; i++)
		memcpy(all + start + i * length, text, length);
	strcpy(all + start + nr * length, after);
	return all;
}

static void expect_refusal(char *text, const char *wanted)
{
	struct budget budget;
	char *error = NULL;

	cr_assert_eq(budget_parse(&budget, "b.yml", text, strlen(text), &error), -EBADMSG);
	cr_expect_str_eq(error, wanted);
	free(error);
	free(text);
}

/* libyaml's own loader would take minutes and gigabytes for these files. */
Test(budget, a_hostile_file_is_refused_at_once, .timeout = 60)
{
	char *name = repeat("", "k", 500000, "");
	char wanted[600];

	expect_refusal(repeat("", "[", 400000, ""),
		       "b.yml:1:9: lists and keys are nested more than 8 deep");
	expect_refusal(repeat("rules: ", "{a: ", 250000, ""),
		       "b.yml:1:36: lists and keys are nested more than 8 deep");
	expect_refusal(repeat("", "- ", 500000, ""),
		       "b.yml:1:17: lists and keys are nested more than 8 deep");
	expect_refusal(repeat("", "? ", 500000, ""),
		       "b.yml:1:17: lists and keys are nested more than 8 deep");
	expect_refusal(repeat("%YAML 1.1\n", "%TAG !a! b\n", 90000, "--- a"),
		       "b.yml:9:1: more than 8 lines begin with '%'");
	expect_refusal(repeat("rules: [", "&a {none: true},", 60000, "*a]"),
		       "b.yml:1:960009: aliases (*name) are not read here");
	snprintf(wanted, sizeof(wanted), "b.yml:1:9: steady '%.492s...", name);
	expect_refusal(repeat("steady: ", name, 1, ""), wanted);
	free(name);
}
