/* SPDX-License-Identifier: MIT */
/*
 * Groups the broken limits of a rule by their cause. A function that is called once more may make
 * nine system calls more. These are one error, and not nine.
 */
#ifndef SCPROF_ANALYSIS_BUDGET_GROUP_H
#define SCPROF_ANALYSIS_BUDGET_GROUP_H

#include "analysis/judgement.h"

/*
 * Sets the leaders of the verdicts from @first on, which are those of one rule that judges @sites
 * one by one. Their sites must have been found.
 */
void budget_group_verdicts(struct judgement *judgement, uint32_t first,
			   const struct call_sites *sites);

#endif
