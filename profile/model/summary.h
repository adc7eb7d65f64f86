/* SPDX-License-Identifier: MIT */
/*
 * The line that scprof prints after a run.
 */
#ifndef SCPROF_PROFILE_MODEL_SUMMARY_H
#define SCPROF_PROFILE_MODEL_SUMMARY_H

#include "profile/model/profile.h"

/*
 * Returns a summary of @profile, which is in the file @path: calls, call sites, errors, time,
 * completeness, the file, and the command that reads it. It has no prefix and no newline. The
 * caller frees it.
 */
char *summary_line(const struct profile *profile, const char *path);

#endif
