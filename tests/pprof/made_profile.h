/* SPDX-License-Identifier: MIT */
/*
 * Profiles for tests, and the text of a profile without ids. Two profiles with the same content
 * have the same text, even if their ids differ.
 */
#ifndef SCPROF_TESTS_PPROF_MADE_PROFILE_H
#define SCPROF_TESTS_PPROF_MADE_PROFILE_H

#include <stdio.h>

#include "profile/model/profile.h"

/*
 * Initialises @profile. The small profile has one of each thing that a file can contain.
 * tests/golden/minimal-v1.pb.gz was made from it.
 */
void made_profile_small(struct profile *profile);
void made_profile_random(struct profile *profile, unsigned int seed);

void made_profile_print(const struct profile *profile, FILE *out);
/* Returns the same text as a string, which the caller frees. */
char *made_profile_text(const struct profile *profile);

#endif
