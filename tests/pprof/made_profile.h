/* SPDX-License-Identifier: MIT */
/*
 * Profiles for tests, and a profile as text without any id in it: two profiles say the same exactly
 * when their texts are equal, whatever ids their tables gave.
 */
#ifndef SCPROF_TESTS_PPROF_MADE_PROFILE_H
#define SCPROF_TESTS_PPROF_MADE_PROFILE_H

#include <stdio.h>

#include "profile/model/profile.h"

/*
 * Each initialises @profile. The small one has one of everything that a file can hold, and is what
 * tests/golden/minimal-v1.pb.gz was written from.
 */
void made_profile_small(struct profile *profile);
void made_profile_random(struct profile *profile, unsigned int seed);

void made_profile_print(const struct profile *profile, FILE *out);
/* The same as a string, which the caller frees. */
char *made_profile_text(const struct profile *profile);

#endif
