/* SPDX-License-Identifier: MIT */
/*
 * Whether a run keeps a budget: each rule's selection of call sites, its sums, and what is above
 * its limits.
 *
 * Varying sites: what calls a site makes over the runs of a profile is a range. A limit holds when
 * the greatest keeps it. Without an allowance (growth 0) only steady sites are judged, for others
 * would fail by chance; they are counted.
 *
 * Moved sites: when a function is renamed or inlined, its calls appear under another name. A site
 * that grew by no more than its counterpart (analysis/diff.h) lost has not grown.
 */
#ifndef SCPROF_ANALYSIS_BUDGET_JUDGE_H
#define SCPROF_ANALYSIS_BUDGET_JUDGE_H

#include "analysis/budget.h"
#include "analysis/diff.h"

enum verdict_kind {
	VERDICT_MAX,	/* more than the rule's max */
	VERDICT_GROWTH, /* more than the baseline and the rule's growth */
	VERDICT_NONE,	/* calls where there must be none */
};

/* One broken limit. */
struct verdict {
	uint32_t rule; /* index into the budget's */
	enum verdict_kind kind;
	enum budget_metric metric;
	uint32_t place;	  /* of a rule per site, or of where most of it is; else 0 */
	uint32_t syscall; /* string id; 0: several calls */
	uint64_t base;	  /* 0 without a baseline */
	uint64_t now;
	uint64_t allowed;
	const struct call_site *site; /* where to look: the one that grew most; NULL: unknown */
};

struct rule_outcome {
	uint32_t nr_sites;   /* that it judged */
	uint32_t nr_varying; /* that it could not judge */
	uint32_t nr_moved;
	uint32_t nr_verdicts;
	bool is_unmatched; /* it selects nothing, and may be a mistake */
};

struct judgement {
	const struct budget *budget; /* borrowed, as the runs are */
	const struct call_sites *base;
	const struct call_sites *new;
	struct verdict *verdicts; /* in the order of the rules, the worst first in each */
	uint32_t nr;
	uint32_t capacity;
	struct rule_outcome *outcomes; /* by rule */
	uint32_t nr_errors;	       /* verdicts of rules of that level */
	uint32_t nr_warnings;
};

/*
 * Judges @new by @budget; @base, made from the same names, may be NULL. Returns 0; or -EINVAL when
 * that cannot be done, and *@error is one line without prefix, for the caller to free.
 */
int judgement_init(struct judgement *judgement, const struct budget *budget,
		   const struct call_sites *base, const struct call_sites *new, char **error);
void judgement_fini(struct judgement *judgement);

#endif
