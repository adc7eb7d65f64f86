/* SPDX-License-Identifier: MIT */
/*
 * Makes one profile of several runs (profile/model/runs.h) from one profile for each run. Code in
 * two runs is the same by the rules of profile/model/merge.h.
 */
#ifndef SCPROF_PROFILE_MODEL_RUN_MERGE_H
#define SCPROF_PROFILE_MODEL_RUN_MERGE_H

#include "profile/model/profile.h"

struct run_merge;

struct run_merge *run_merge_new(void);
/* @merge may be NULL. */
void run_merge_free(struct run_merge *merge);

/*
 * Adds the profile of the next run; at most RUNS_MAX. Takes its facts: after that, the caller may
 * only call profile_fini() on @run. Returns 0. On an error returns the error of merge_add() and
 * adds nothing.
 */
int run_merge_add(struct run_merge *merge, struct profile *run);

/*
 * Initialises @result with the profile of all runs; the caller calls profile_fini() later. @merge
 * has at least one run, and only run_merge_free() may be called on it after this. Samples and facts
 * of @result are those of one run: if @shows_last, of the last; else of the run with the median
 * number of calls. The result of a single run is an ordinary profile.
 */
void run_merge_finish(struct run_merge *merge, bool shows_last, struct profile *result);

#endif
