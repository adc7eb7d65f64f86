/* SPDX-License-Identifier: MIT */
/*
 * Makes one profile of several runs (profile/model/runs.h) from the profiles of each. Code is the
 * same in two runs when it is for profile/model/merge.h.
 */
#ifndef SCPROF_PROFILE_MODEL_RUN_MERGE_H
#define SCPROF_PROFILE_MODEL_RUN_MERGE_H

#include "profile/model/profile.h"

struct run_merge;

struct run_merge *run_merge_new(void);
/* NULL is fine. */
void run_merge_free(struct run_merge *merge);

/*
 * Adds the next run, at most RUNS_MAX, whose facts it takes; the rest of @run is only good for
 * profile_fini then. Returns 0, or the error of merge_add: then nothing was added.
 */
int run_merge_add(struct run_merge *merge, struct profile *run);

/*
 * Gives the profile to @result, which the caller has not initialised and ends; @merge, of at least
 * one run, can only be freed then. Values and facts are those of the run with the median of all
 * calls, or of the last one with @shows_last. One run is a profile like any other.
 */
void run_merge_finish(struct run_merge *merge, bool shows_last, struct profile *result);

#endif
