/* SPDX-License-Identifier: MIT */
/*
 * Merges profiles. The order and the grouping of the additions do not matter: a merge of merged
 * profiles gives the same result, and the same bytes in a file. The memory needed is that of the
 * result and of the one profile that is being added.
 */
#ifndef SCPROF_PROFILE_MODEL_MERGE_H
#define SCPROF_PROFILE_MODEL_MERGE_H

#include "profile/model/profile.h"

struct merge;

struct merge *merge_new(void);
/* @merge may be NULL. */
void merge_free(struct merge *merge);

/*
 * Adds @from, which the caller still owns. Returns 0. Returns -EOVERFLOW if the sums of calls, time
 * or bytes would be too large for a file, and -E2BIG if there would be too many stacks; in both
 * cases it adds nothing.
 *
 * Two mappings are the same if build id and range are equal; without a build id the paths must be
 * equal too. If one build has different paths, the result has the smallest. If a frame has
 * different lines, the result has those that contain the most information. Addresses of code
 * without a file have no meaning in another run; such code is the same if its name is the same. For
 * facts see profile/model/merge_facts.h.
 */
int merge_add(struct merge *merge, const struct profile *from);

/*
 * Initialises @result with the sum; the caller calls profile_fini() later. After this only
 * merge_free() may be called on @merge.
 */
void merge_finish(struct merge *merge, struct profile *result);

#endif
