/* SPDX-License-Identifier: MIT */
/*
 * The sample profile as a profile of three runs, with regions: see runs_profile.c.
 */
#ifndef SCPROF_TESTS_GOLDEN_RUNS_PROFILE_H
#define SCPROF_TESTS_GOLDEN_RUNS_PROFILE_H

#include "profile/model/profile.h"

/* Initialises @profile. The caller calls profile_fini() later. */
void runs_profile_init(struct profile *profile);

#endif
