/* SPDX-License-Identifier: MIT */
/*
 * Judges the call sites of two made runs by a budget.
 */
#ifndef SCPROF_TESTS_UNIT_MADE_JUDGEMENT_H
#define SCPROF_TESTS_UNIT_MADE_JUDGEMENT_H

#include "analysis/budget_judge.h"
#include "tests/unit/made_sites.h"

extern struct made_runs runs;
extern struct budget budget;
extern struct judgement judgement;

/* For TestSuite(). */
void made_judgement_init(void);
void made_judgement_fini(void);

/* Sets the budget to @rules, which are its lines. NULL means the built-in rule alone. */
void made_budget(const char *rules);

/* Judges the new run by @rules, compared with the base. */
void judge(const char *rules);
/* The same, compared with @base, which may be NULL. */
void judge_with(const char *rules, const struct call_sites *base);

/* Returns the name of the function that @verdict is about. */
const char *place_name(const struct verdict *verdict);

#endif
