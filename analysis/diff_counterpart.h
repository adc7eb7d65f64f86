/* SPDX-License-Identifier: MIT */
/*
 * Finds pairs of rows where one seems to be the other under a new name. Private to
 * analysis/diff.c and analysis/budget_judge.c.
 */
#ifndef SCPROF_ANALYSIS_DIFF_COUNTERPART_H
#define SCPROF_ANALYSIS_DIFF_COUNTERPART_H

#include "analysis/diff_row.h"

/*
 * Returns true if @gone and @came are the same function in two modules. This happens when a library
 * is linked statically in one of the runs, and dynamically in the other.
 */
bool diff_is_relinked(const struct call_names *names, const struct diff_row *gone,
		      const struct diff_row *came);

/* Sets diff_row.counterpart in the rows of @diff, which is by site or by function. */
void diff_find_counterparts(struct diff *diff);

#endif
