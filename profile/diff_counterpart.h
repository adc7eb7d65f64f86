/* SPDX-License-Identifier: MIT */
/*
 * Pairs of rows of which one seems to be the other under a new name. Private to profile/diff.c.
 */
#ifndef SCPROF_PROFILE_DIFF_COUNTERPART_H
#define SCPROF_PROFILE_DIFF_COUNTERPART_H

#include "profile/diff.h"

/* Sets counterpart of the rows of @diff, which is by site or by function. */
void diff_find_counterparts(struct diff *diff);

#endif
