/* SPDX-License-Identifier: MIT */
/*
 * Adding profiles up. The result does not depend on the order in which profiles are added, nor on
 * how they are grouped: merging merged profiles gives the same, to the byte once written. Memory
 * is that of the result and of the one profile that is being added.
 */
#ifndef SCPROF_PROFILE_MODEL_MERGE_H
#define SCPROF_PROFILE_MODEL_MERGE_H

#include "profile/model/profile.h"

struct merge;

struct merge *merge_new(void);
/* NULL is fine. */
void merge_free(struct merge *merge);

/*
 * Adds @from, which stays the caller's. Returns 0; -EOVERFLOW when the sums of calls, time or
 * bytes would be too large for a file, -E2BIG when there would be too many stacks. Then nothing
 * was added.
 *
 * Mappings are the same when build id and range are; without a build id, when the path is too. Of
 * different paths of one build the result has the smallest. Of a frame's lines those that say most
 * are kept. Addresses of code without a file mean nothing outside of their run: such code is the
 * same when its name is. Facts: profile/model/merge_facts.h.
 */
int merge_add(struct merge *merge, const struct profile *from);

/*
 * Gives the sum to @result, which the caller has not initialised and ends; @merge can only be
 * freed then.
 */
void merge_finish(struct merge *merge, struct profile *result);

#endif
