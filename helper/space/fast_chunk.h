/* SPDX-License-Identifier: MIT */
/*
 * Chunks: memory for some thread areas, see struct fast_chunk.
 */
#ifndef SCPROF_HELPER_SPACE_FAST_CHUNK_H
#define SCPROF_HELPER_SPACE_FAST_CHUNK_H

#include "helper/gate/fast.h"
#include "helper/space/tracee.h"

#define FAST_MAX_CHUNKS	 64 /* of one process; further threads stay traced */
#define FAST_CHUNK_AREAS 16
#define FAST_SMALL_AREAS 3 /* of a process whose memory is limited */

/* Returns the bytes of all areas of @chunk. */
uint64_t fast_chunk_size(const struct fast_chunk *chunk);

/* Returns true if an area is free, or if the address space can get no more of them. */
bool fast_chunk_has_free_area(const struct fast_space *fast);

/* Takes an area of @fast for @tracee, and sets its area_chunk: to NULL if no area is free. */
void fast_chunk_take_area(const struct fast_space *fast, struct tracee *tracee);

#endif
