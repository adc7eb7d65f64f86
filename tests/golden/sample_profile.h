/* SPDX-License-Identifier: MIT */
/*
 * A small profile that is always the same, with one of each thing that a report must show
 * correctly. The tests of rows, trees and views use it; sample_profile.c says what it contains.
 */
#ifndef SCPROF_TESTS_GOLDEN_SAMPLE_PROFILE_H
#define SCPROF_TESTS_GOLDEN_SAMPLE_PROFILE_H

#include "profile/model/profile.h"

/* Initialises @profile. The caller calls profile_fini() later. */
void sample_profile_init(struct profile *profile);

#endif
