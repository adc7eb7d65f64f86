/* SPDX-License-Identifier: MIT */
/*
 * Names of code that a process made itself, from the map that it leaves in /tmp
 * (profile/symbols/perf_map.h). They are fetched before the process ends: its view of /tmp, and its
 * addresses, end with it.
 */
#ifndef SCPROF_HELPER_COUNT_JIT_NAMES_H
#define SCPROF_HELPER_COUNT_JIT_NAMES_H

#include <sys/types.h>

#include "profile/model/profile.h"

/* True when code that some process made itself has been seen and has no names yet. */
bool jit_names_are_wanted(const struct profile *profile);

/*
 * The process of thread @tid, its last one, is about to end: names what has been seen of its own
 * code, if it left a map.
 */
void jit_names_fetch(struct profile *profile, pid_t tid);

#endif
