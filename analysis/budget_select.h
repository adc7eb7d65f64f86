/* SPDX-License-Identifier: MIT */
/*
 * Which call sites a rule selects. Private to the budget's modules.
 */
#ifndef SCPROF_ANALYSIS_BUDGET_SELECT_H
#define SCPROF_ANALYSIS_BUDGET_SELECT_H

#include "analysis/budget.h"

struct budget_selection {
	const struct budget_rule *rule;
	const struct call_names *names;
	bool *places;	/* by place: `in`; NULL: all */
	bool *stacks;	/* by stack: `under`; NULL: all */
	bool *regions;	/* by string id: `region`; NULL: all */
	bool has_place; /* some place matches `in` */
	bool has_stack; /* some frame matches `under` */
};

void budget_selection_init(struct budget_selection *selection, const struct budget_rule *rule,
			   const struct call_names *names);
void budget_selection_fini(struct budget_selection *selection);

/* Returns why a pattern of @rule could not be matched (pattern_failure()), or NULL. */
const char *budget_rule_failure(const struct budget_rule *rule);

/* Whether a call of @sites, with stacks, was made in a region that the rule selects. */
bool budget_selection_has_region(const struct budget_selection *selection,
				 const struct call_sites *sites);

/* @program is what the process with the empty name is called. */
bool budget_selection_has(const struct budget_selection *selection, const struct call_site *site,
			  const char *program);

#endif
