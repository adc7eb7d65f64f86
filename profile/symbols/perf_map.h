/* SPDX-License-Identifier: MIT */
/*
 * Names code that a program generated at run time, from the file that JIT compilers write for
 * perf(1). Each line describes one piece of code: `7f0012345000 1a0 name`, with address and size in
 * hex. Code moves, so a later line takes precedence over an earlier one.
 * (tools/perf/Documentation/jit-interface.txt)
 */
#ifndef SCPROF_PROFILE_SYMBOLS_PERF_MAP_H
#define SCPROF_PROFILE_SYMBOLS_PERF_MAP_H

#include "profile/model/profile.h"

#define PERF_MAP_MAX_SIZE (256u << 20)

/* Returns true if @frame is of code without a file and has no name yet. */
bool perf_map_wants(const struct profile *profile, uint32_t frame);

/*
 * Names those frames of @profile, from @first on, for which perf_map_wants() is true. The map is
 * open as @fd. Some names end with a place in a source file, as those of node and Python; this
 * becomes the frame's file and line. Does not trust the content, and reads at most
 * PERF_MAP_MAX_SIZE bytes. Returns how many frames got a name.
 */
uint32_t perf_map_name_frames(struct profile *profile, uint32_t first, int fd);

#endif
