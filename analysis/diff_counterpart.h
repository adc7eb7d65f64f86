/* SPDX-License-Identifier: MIT */
/*
 * Finds pairs of rows where one seems to be the other under a new name. Private to
 * analysis/diff.c and analysis/budget_judge.c.
 */
#ifndef SCPROF_ANALYSIS_DIFF_COUNTERPART_H
#define SCPROF_ANALYSIS_DIFF_COUNTERPART_H

#include "analysis/diff_row.h"

/*
 * Returns true if the calls of @gone are now those of a function of the same name in another
 * module: a library is now linked statically, or no longer.
 */
bool diff_is_relinked(const struct call_names *names, const struct diff_row *gone,
		      const struct diff_row *came);

/* Sets diff_row.counterpart in the rows of @diff, which is by site or by function. */
void diff_find_counterparts(struct diff *diff);

#endif
