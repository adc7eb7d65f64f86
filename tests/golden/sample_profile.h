/* SPDX-License-Identifier: MIT */
/*
 * A small profile, the same in every run, with one of each thing that a report has to get right.
 * The tests of rows, trees and views all use it; sample_profile.c says what is in it.
 */
#ifndef SCPROF_TESTS_GOLDEN_SAMPLE_PROFILE_H
#define SCPROF_TESTS_GOLDEN_SAMPLE_PROFILE_H

#include "profile/model/profile.h"

/* Fills @profile, which the caller has not initialised; profile_fini ends it. */
void sample_profile_init(struct profile *profile);

#endif
