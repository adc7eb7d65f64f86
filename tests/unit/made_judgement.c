// SPDX-License-Identifier: MIT
/*
 * Judges made runs.
 */
#include "tests/unit/made_judgement.h"

#include <criterion/criterion.h>
#include <string.h>

#include "analysis/budget_read.h"

struct made_runs runs;
struct budget budget;
struct judgement judgement;

static bool has_budget;

void made_judgement_init(void)
{
	made_runs_init(&runs);
	has_budget = false;
}

void made_judgement_fini(void)
{
	judgement_fini(&judgement);
	if (has_budget)
		budget_fini(&budget);
	made_runs_fini(&runs);
}

void made_budget(const char *rules)
{
	char *error = NULL;

	if (!rules)
		budget_init(&budget);
	else
		cr_assert_eq(budget_parse(&budget, "b.yml", rules, strlen(rules), &error), 0, "%s",
			     error);
	has_budget = true;
}

void judge_with(const char *rules, const struct call_sites *base)
{
	char *error = NULL;

	made_budget(rules);
	cr_assert_eq(judgement_init(&judgement, &budget, base, &runs.new, &error), 0, "%s", error);
}

void judge(const char *rules)
{
	judge_with(rules, &runs.base);
}

const char *place_name(const struct verdict *verdict)
{
	return call_names_text(&runs.names, runs.names.places[verdict->place].function);
}
