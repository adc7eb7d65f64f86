/* SPDX-License-Identifier: MIT */
/*
 * Opens the profile that a command reads: the one that the user named, otherwise the newest one in
 * the current directory.
 */
#ifndef SCPROF_CLI_CMD_FIND_PROFILE_H
#define SCPROF_CLI_CMD_FIND_PROFILE_H

#include "profile/model/profile.h"

/*
 * Returns the name of the newest regular file in the current directory whose name ends with
 * @ending; the caller frees it. Returns NULL if there is none.
 */
char *find_newest_file(const char *ending);

/*
 * Reads the profile @path; "-" is standard input. If @path is NULL, reads the newest *.pb.gz in the
 * current directory that is a scprof profile, and prints its name. Looks up names of frames that
 * have none. Returns 0; the caller calls profile_fini() later. Returns STATUS_FAILURE after a
 * message; then @profile holds nothing.
 */
int find_profile(struct profile *profile, const char *path);

#endif
