/* SPDX-License-Identifier: MIT */
/*
 * If the user starts a program by a symbolic link, the process has the link's name, but the kernel
 * maps the file that the link points to. For example, `redis-server` is `redis-check-rdb` in the
 * maps. A report shows the name that the user typed.
 */
#ifndef SCPROF_ANALYSIS_PROGRAM_NAME_H
#define SCPROF_ANALYSIS_PROGRAM_NAME_H

#include "profile/model/profile.h"

/*
 * Renames the program's file in @profile to the name with which the user started it. Does this only
 * if all processes that executed code of this file had that name. Afterwards the profile must not
 * be symbolised, and no mappings and functions may be added to it.
 */
void program_name_apply(struct profile *profile);

#endif
