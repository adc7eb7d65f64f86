/* SPDX-License-Identifier: MIT */
/*
 * The state while one rule is judged, and the special parts of the built-in rule: which sites it
 * judges, the sum over allocators, and sites that make fewer calls. Private to
 * analysis/budget_judge.c.
 */
#ifndef SCPROF_ANALYSIS_BUDGET_JUDGING_H
#define SCPROF_ANALYSIS_BUDGET_JUDGING_H

#include "analysis/budget_net.h"
#include "analysis/budget_select.h"
#include "analysis/judgement.h"

struct judging {
	struct judgement *judgement;
	uint32_t rule;
	struct budget_selection *selections; /* by rule index */
	struct call_sites base;		     /* the sites that the rule selects */
	struct call_sites new;
	bool is_allocator;     /* the built-in rule now judges allocators, not the program */
	struct budget_net net; /* for the built-in rule */
};

/* Adds @verdict to those of the rule. */
void budget_add_verdict(struct judging *judging, const struct verdict *verdict);

/*
 * Returns true if the current pass of the built-in rule judges @site. One pass judges the program's
 * sites, and the other pass those of allocators. If the baseline does not tell them apart, all
 * calls for memory count as an allocator's. Returns true for any other rule.
 */
bool budget_built_in_includes(const struct judging *judging, const struct call_site *site);

/* Judges the sum of all calls of allocators by the built-in rule. */
void budget_built_in_judge_allocators(struct judging *judging);

/*
 * Notes the site of @row as a gain if the site makes fewer calls, and the whole program also makes
 * fewer calls of this system call. Does nothing for any other rule than the built-in one.
 */
void budget_built_in_note_gain(struct judging *judging, const struct diff_row *row);

#endif
