/* SPDX-License-Identifier: MIT */
/*
 * The order of a profile's elements by what they say, whatever their ids are. Private to merge.c.
 */
#ifndef SCPROF_PROFILE_MODEL_MERGE_ORDER_H
#define SCPROF_PROFILE_MODEL_MERGE_ORDER_H

#include "profile/model/profile.h"

/*
 * Compares what two profiles say about one frame: less than 0 when @b, of @other, says more than
 * @a of @profile. What says more: any lines, names that are not bare addresses, more inlined
 * functions, source files. Among equals an arbitrary but fixed order; 0 only when the lines are
 * the same.
 */
int merge_order_lines(const struct profile *profile, const struct frame *a,
		      const struct profile *other, const struct frame *b);

/*
 * Returns the indices of all samples of @profile in the order of their content. The caller frees
 * them.
 */
uint32_t *merge_order_samples(const struct profile *profile);

#endif
