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

#include "analysis/judgement.h"

/*
 * Judges @new by @budget. @base may be NULL; otherwise both must use the same names. Returns 0.
 * Returns -EINVAL if the run cannot be judged; then *@error is a line without prefix, which the
 * caller frees.
 */
int judgement_init(struct judgement *judgement, const struct budget *budget,
		   const struct call_sites *base, const struct call_sites *new, char **error);
void judgement_fini(struct judgement *judgement);

/* Returns true if at least one site makes fewer calls than in the baseline. */
bool judgement_has_fewer(const struct judgement *judgement);

#endif
