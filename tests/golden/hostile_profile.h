/* SPDX-License-Identifier: MIT */
/*
 * A profile whose names try to break what shows them: control sequences, line ends, characters that change
 * the direction of text or cannot be seen, wide ones, very long ones.
 */
#ifndef SCPROF_TESTS_GOLDEN_HOSTILE_PROFILE_H
#define SCPROF_TESTS_GOLDEN_HOSTILE_PROFILE_H

#include "profile/model/profile.h"

void hostile_profile_init(struct profile *profile);

#endif
