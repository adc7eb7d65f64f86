/* SPDX-License-Identifier: MIT */
/*
 * A profile with any number of stacks, like that of a large program that runs for days. It shows if
 * reports stay fast and small.
 */
#ifndef SCPROF_TESTS_GOLDEN_LARGE_PROFILE_H
#define SCPROF_TESTS_GOLDEN_LARGE_PROFILE_H

#include "profile/model/profile.h"

/*
 * Initialises @profile with @nr_stacks different stacks, each with samples. The same number gives
 * the same profile on each machine.
 */
void large_profile_init(struct profile *profile, uint32_t nr_stacks);

#endif
