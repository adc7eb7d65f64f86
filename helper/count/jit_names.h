/* SPDX-License-Identifier: MIT */
/*
 * Names of code that a process has generated. They are in a map that the process writes to /tmp
 * (profile/symbols/perf_map.h). The helper reads the map before the process ends, because its root
 * directory and its addresses end with it.
 */
#ifndef SCPROF_HELPER_COUNT_JIT_NAMES_H
#define SCPROF_HELPER_COUNT_JIT_NAMES_H

#include <sys/types.h>

#include "profile/model/profile.h"

/* Returns true if some stack contains generated code that has no name yet. */
bool jit_names_are_wanted(const struct profile *profile);

/*
 * The process is about to end, with its last thread @tid. Names its generated code that is in the
 * profile, if the process has written a map.
 */
void jit_names_fetch(struct profile *profile, pid_t tid);

#endif
