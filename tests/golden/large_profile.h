/* SPDX-License-Identifier: MIT */
/*
 * A profile of any number of stacks, as of a great program that runs for days: to see that reports
 * stay quick and small.
 */
#ifndef SCPROF_TESTS_GOLDEN_LARGE_PROFILE_H
#define SCPROF_TESTS_GOLDEN_LARGE_PROFILE_H

#include "profile/model/profile.h"

/*
 * Initialises @profile with @nr_stacks different stacks, each with samples. The same number makes
 * the same profile on every machine.
 */
void large_profile_init(struct profile *profile, uint32_t nr_stacks);

#endif
