/* SPDX-License-Identifier: MIT */
/*
 * A program that was started by a link runs under the link's name, but the kernel maps the file
 * that the link points to: `redis-server` is `redis-check-rdb` in the maps. A report names it as
 * the user did.
 */
#ifndef SCPROF_ANALYSIS_PROGRAM_NAME_H
#define SCPROF_ANALYSIS_PROGRAM_NAME_H

#include "profile/model/profile.h"

/*
 * Renames the program's file in @profile to the name with which it was started, if all processes
 * that executed code of this file had that name. Afterwards the profile must not be symbolised, and
 * no mappings and functions may be added to it.
 */
void program_name_apply(struct profile *profile);

#endif
