/* SPDX-License-Identifier: MIT */
/*
 * The one line that ends a run.
 */
#ifndef SCPROF_PROFILE_MODEL_SUMMARY_H
#define SCPROF_PROFILE_MODEL_SUMMARY_H

#include "profile/model/profile.h"

/*
 * Returns what @profile, written to @path, holds: calls, call sites, errors, time, completeness,
 * file, and the command that reads it. No prefix, no newline; the caller frees it.
 */
char *summary_line(const struct profile *profile, const char *path);

#endif
