/* SPDX-License-Identifier: MIT */
/*
 * The sample profile as one of three runs, with regions: see runs_profile.c.
 */
#ifndef SCPROF_TESTS_GOLDEN_RUNS_PROFILE_H
#define SCPROF_TESTS_GOLDEN_RUNS_PROFILE_H

#include "profile/model/profile.h"

/* Fills @profile, which the caller has not initialised; profile_fini ends it. */
void runs_profile_init(struct profile *profile);

#endif
