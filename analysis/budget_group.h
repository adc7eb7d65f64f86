/* SPDX-License-Identifier: MIT */
/*
 * Groups the broken limits of a rule by their cause. If the program calls a function once more,
 * this may add calls at nine sites. The user should see one error, and not nine.
 */
#ifndef SCPROF_ANALYSIS_BUDGET_GROUP_H
#define SCPROF_ANALYSIS_BUDGET_GROUP_H

#include "analysis/judgement.h"

/*
 * Sets the leaders of the verdicts from @first on. They must all belong to one rule that judges
 * @sites one by one, and their sites must have been set.
 */
void budget_group_verdicts(struct judgement *judgement, uint32_t first,
			   const struct call_sites *sites);

#endif
