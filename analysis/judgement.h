/* SPDX-License-Identifier: MIT */
/*
 * The result of judging a run by a budget: which limits are broken, and which sites make fewer
 * calls. analysis/budget_judge.h computes it.
 */
#ifndef SCPROF_ANALYSIS_JUDGEMENT_H
#define SCPROF_ANALYSIS_JUDGEMENT_H

#include "analysis/budget.h"
#include "analysis/diff.h"

enum verdict_kind {
	VERDICT_MAX,	/* more than the rule's max */
	VERDICT_GROWTH, /* more than the baseline and the rule's growth */
	VERDICT_NONE,	/* calls where there must be none */
	VERDICT_FEWER,	/* fewer than in the baseline, which is out of date */
};

/* One broken limit. */
struct verdict {
	uint32_t rule; /* index into the rules of the budget */
	/*
	 * Verdicts with the same cause have the same leader: the index of the verdict that is shown
	 * first. A verdict without such a group is its own leader.
	 */
	uint32_t leader;
	enum verdict_kind kind;
	enum budget_metric metric;
	uint32_t place;	   /* the place of the site, or of the site that grew most; 0: unknown */
	uint32_t syscall;  /* string id; 0: several calls */
	bool is_allocator; /* the sum of the calls of allocators */
	uint64_t base;	   /* value of the baseline; 0 without one */
	uint64_t now;
	uint64_t allowed;
	/* Where the user should look: the site that grew most; NULL: unknown. */
	const struct call_site *site;
};

struct rule_outcome {
	uint32_t nr_sites;   /* sites that the rule judged */
	uint32_t nr_varying; /* sites that the rule could not judge */
	uint32_t nr_moved;
	uint32_t nr_verdicts;
	bool is_unmatched; /* it selects nothing, which may be a mistake */
};

struct judgement {
	const struct budget *budget; /* the caller owns this and the two runs */
	const struct call_sites *base;
	const struct call_sites *new;
	struct verdict *verdicts; /* in the order of the rules; in each, the worst first */
	uint32_t nr;
	uint32_t capacity;
	struct rule_outcome *outcomes; /* by rule */
	struct verdict *gains; /* VERDICT_FEWER, unless the budget is strict; the largest first */
	uint32_t nr_gains;
	uint32_t gains_capacity;
	uint32_t nr_errors; /* leaders of verdicts of rules with level error */
	uint32_t nr_warnings;
};

#endif
