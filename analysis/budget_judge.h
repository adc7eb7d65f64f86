/* SPDX-License-Identifier: MIT */
/*
 * Checks if a run keeps a budget. For each rule it selects call sites, adds up their figures, and
 * compares these with the rule's limits.
 *
 * Varying sites: if a profile is of several runs, the number of calls of a site can be a range. A
 * limit is kept if the largest number keeps it. A rule that allows no growth is applied only to
 * steady sites, because others would fail by chance. It counts the sites that it could not judge.
 *
 * Moved sites: when a function is renamed or inlined, its calls appear under another name. If a
 * site gained no more calls than its counterpart (analysis/diff.h) lost, it has not grown.
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
	uint32_t rule; /* index into the rules of the budget */
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
	uint32_t nr_errors;	       /* verdicts of rules with level error */
	uint32_t nr_warnings;
};

/*
 * Judges @new by @budget. @base may be NULL; otherwise both must use the same names. Returns 0.
 * Returns -EINVAL if the run cannot be judged; then *@error is a line without prefix, which the
 * caller frees.
 */
int judgement_init(struct judgement *judgement, const struct budget *budget,
		   const struct call_sites *base, const struct call_sites *new, char **error);
void judgement_fini(struct judgement *judgement);

#endif
