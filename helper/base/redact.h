/* SPDX-License-Identifier: MIT */
/*
 * --redact: nothing that leaves for a file says where things lie on this machine or what the
 * program was told. Names of functions, files' last parts, and names of processes and threads stay.
 */
#ifndef SCPROF_HELPER_BASE_REDACT_H
#define SCPROF_HELPER_BASE_REDACT_H

#include "profile/model/profile.h"

/* Returns the part of @path behind its last slash, borrowed from it. */
const char *redact_path(const char *path);
/* Cuts the folders off the paths of binaries and sources in @profile, which has its names. */
void redact_profile(struct profile *profile);

#endif
