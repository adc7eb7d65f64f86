/* SPDX-License-Identifier: MIT */
/*
 * Names of code that a program made itself, from the file in which JIT compilers tell them, by
 * perf(1)'s convention: `7f0012345000 1a0 name`, a line for each piece of code, address and size
 * in hex. Later lines count more than earlier ones, since code moves.
 * (tools/perf/Documentation/jit-interface.txt)
 */
#ifndef SCPROF_PROFILE_SYMBOLS_PERF_MAP_H
#define SCPROF_PROFILE_SYMBOLS_PERF_MAP_H

#include "profile/model/profile.h"

#define PERF_MAP_MAX_SIZE (256u << 20)

/* Returns true if @frame is of code without a file and has no name yet. */
bool perf_map_wants(const struct profile *profile, uint32_t frame);

/*
 * Names the frames of @profile from @first on that want it by the map that is open as @fd. Of a
 * name that ends with a place in a source file, as node's and Python's do, that becomes the
 * frame's file and line. The content is believed in nothing; at most PERF_MAP_MAX_SIZE bytes are
 * read. Returns how many frames have got a name.
 */
uint32_t perf_map_name_frames(struct profile *profile, uint32_t first, int fd);

#endif
