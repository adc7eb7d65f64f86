/* SPDX-License-Identifier: MIT */
/*
 * Chooses the files whose symbols the helper reads while the program runs
 * (profile/symbols/binary_ahead.h). The helper must not keep a file system in use that the program
 * unmounts. A program that watches its directory must not see the helper open files there. So the
 * helper reads only files on lasting file systems early, and all others at the end.
 */
#ifndef SCPROF_HELPER_UNWIND_READ_AHEAD_H
#define SCPROF_HELPER_UNWIND_READ_AHEAD_H

#include <stdint.h>

#include "profile/model/profile.h"

/* Allows early reading of the file of @mapping, a mapping id of the profile. */
void read_ahead_allow(uint32_t mapping);
/* From now on the helper reads no file early. */
void read_ahead_stop(void);
/* Requests the files that are new since the last call. The program has run for @age_ns. */
void read_ahead_ask(const struct profile *profile, uint64_t age_ns);

#endif
