/* SPDX-License-Identifier: MIT */
/*
 * A profile whose names attack the programs that show them: control sequences, line ends,
 * characters that change the direction of text or are invisible, and wide or very long names.
 */
#ifndef SCPROF_TESTS_GOLDEN_HOSTILE_PROFILE_H
#define SCPROF_TESTS_GOLDEN_HOSTILE_PROFILE_H

#include "profile/model/profile.h"

void hostile_profile_init(struct profile *profile);

#endif
