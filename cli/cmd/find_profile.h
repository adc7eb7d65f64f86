/* SPDX-License-Identifier: MIT */
/*
 * Opening the profile that a command means: the one that is named, else the newest one here. The
 * same for every command that reads a profile.
 */
#ifndef SCPROF_CLI_CMD_FIND_PROFILE_H
#define SCPROF_CLI_CMD_FIND_PROFILE_H

#include "profile/model/profile.h"

/*
 * Returns the name of the newest regular file of the current directory whose name ends with
 * @ending, for the caller to free; NULL when there is none.
 */
char *find_newest_file(const char *ending);

/*
 * Opens @path, "-" being standard input; when @path is NULL the newest *.pb.gz of the current
 * directory that is a scprof profile, and says which. Symbolises what is still bare. Returns 0, or
 * STATUS_FAILURE after a message; then @profile holds nothing.
 */
int find_profile(struct profile *profile, const char *path);

#endif
