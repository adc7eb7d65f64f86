/* SPDX-License-Identifier: MIT */
/*
 * Orders the elements of a profile by their content, not by their ids. Private to merge.c.
 */
#ifndef SCPROF_PROFILE_MODEL_MERGE_ORDER_H
#define SCPROF_PROFILE_MODEL_MERGE_ORDER_H

#include "profile/model/profile.h"

/*
 * Compares what two profiles say about the same frame: @a of @profile, and @b of @other. Returns a
 * number below 0 if @b contains more information. These contain more, in this order: any lines at
 * all, names that are not only addresses, more inlined functions, source files. Otherwise the order
 * is arbitrary but fixed. Returns 0 only if the lines are equal.
 */
int merge_order_lines(const struct profile *profile, const struct frame *a,
		      const struct profile *other, const struct frame *b);

/*
 * Returns the indices of all samples of @profile, in the order of the samples' content. The caller
 * frees them.
 */
uint32_t *merge_order_samples(const struct profile *profile);

#endif
