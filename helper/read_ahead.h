/* SPDX-License-Identifier: MIT */
/*
 * Which files are read for their symbols while the program runs (profile/binary_ahead.h): those that stay
 * where they are. A file system that the program unmounts must not be found in use, and a program that watches its
 * directory must not see us open files there; all such files are read at the end.
 */
#ifndef SCPROF_HELPER_READ_AHEAD_H
#define SCPROF_HELPER_READ_AHEAD_H

#include <stdint.h>

#include "profile/profile.h"

/* The file of @mapping, an id of the profile, is on a file system that programs do not unmount. */
void read_ahead_allow(uint32_t mapping);
/* Nothing is read ahead any more. */
void read_ahead_stop(void);
/* Asks for the files that have appeared since the last time, of a program that has run for @age_ns. */
void read_ahead_ask(const struct profile *profile, uint64_t age_ns);

#endif
