/* SPDX-License-Identifier: MIT */
/*
 * --redact: files that scprof writes contain no directories of this machine and no arguments of the
 * program. They still contain names of functions, file names without directories, and names of
 * processes and threads.
 */
#ifndef SCPROF_HELPER_BASE_REDACT_H
#define SCPROF_HELPER_BASE_REDACT_H

#include "profile/model/profile.h"

/*
 * Removes the directories from the paths of binaries and sources in @profile, whose frames are
 * already symbolised.
 */
void redact_profile(struct profile *profile);

#endif
