/* SPDX-License-Identifier: MIT */
/*
 * What the judging of one rule consists of, and what is special about the built-in rule: whose
 * calls it judges, allocators in sum, and what became less. Private to analysis/budget_judge.c.
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
	bool is_allocator;     /* of the built-in rule: allocators are judged, not the program */
	struct budget_net net; /* for the built-in rule */
};

/* Adds @verdict to those of the rule. */
void budget_add_verdict(struct judging *judging, const struct verdict *verdict);

/*
 * Returns true if the built-in rule, as it is judged now, includes @site: the program's sites, or
 * those of allocators. If the baseline does not tell them apart, all calls for memory are an
 * allocator's.
 */
bool budget_built_in_includes(const struct judging *judging, const struct call_site *site);

/* The built-in rule judges the calls of allocators in sum. */
void budget_built_in_judge_allocators(struct judging *judging);

/*
 * Notes the site of @row if it makes fewer calls, and if the program makes fewer of these. Does
 * nothing unless the built-in rule is judged.
 */
void budget_built_in_note_gain(struct judging *judging, const struct diff_row *row);

#endif
