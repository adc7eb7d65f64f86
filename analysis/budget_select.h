/* SPDX-License-Identifier: MIT */
/*
 * Finds out which call sites a rule selects. Private to the budget's modules.
 */
#ifndef SCPROF_ANALYSIS_BUDGET_SELECT_H
#define SCPROF_ANALYSIS_BUDGET_SELECT_H

#include "analysis/budget.h"

struct budget_selection {
	const struct budget_rule *rule;
	const struct call_names *names;
	bool *places;	/* by place id: true if `in` matches; NULL: all */
	bool *stacks;	/* by stack id: true if `under` matches; NULL: all */
	bool *regions;	/* by string id: true if `region` matches; NULL: all */
	bool has_place; /* some place matches `in` */
	bool has_stack; /* some frame matches `under` */
};

void budget_selection_init(struct budget_selection *selection, const struct budget_rule *rule,
			   const struct call_names *names);
void budget_selection_fini(struct budget_selection *selection);

/* Returns why a pattern of @rule could not be matched (pattern_failure()), or NULL. */
const char *budget_rule_failure(const struct budget_rule *rule);

/*
 * Returns true if a call of @sites was made in a region that the rule selects. @sites must have
 * stacks.
 */
bool budget_selection_has_region(const struct budget_selection *selection,
				 const struct call_sites *sites);

/*
 * Returns true if the rule selects @site. @program is the name of the process whose stored name is
 * empty.
 */
bool budget_selection_has(const struct budget_selection *selection, const struct call_site *site,
			  const char *program);

#endif
