/* SPDX-License-Identifier: MIT */
/*
 * Finds pairs of rows where one seems to be the other under a new name. Private to analysis/diff.c.
 */
#ifndef SCPROF_ANALYSIS_DIFF_COUNTERPART_H
#define SCPROF_ANALYSIS_DIFF_COUNTERPART_H

#include "analysis/diff_row.h"

/* Sets diff_row.counterpart in the rows of @diff, which is by site or by function. */
void diff_find_counterparts(struct diff *diff);

#endif
