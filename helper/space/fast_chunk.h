/* SPDX-License-Identifier: MIT */
/*
 * Chunks: memory for some thread areas.
 */
#ifndef SCPROF_HELPER_SPACE_FAST_CHUNK_H
#define SCPROF_HELPER_SPACE_FAST_CHUNK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Memory for some thread areas, at one place in several address spaces (those that were forked from
 * the one it was made for), and here.
 */
struct fast_chunk {
	unsigned int refs; /* address spaces */
	uint64_t addr;
	void *memory;
	uint32_t area_size;    /* of each area */
	unsigned int nr_areas; /* at most 32 */
	int id;		       /* System V's, or -1: the memory is a memfd */
	uid_t uid;	       /* of the process that it was made for */
	uint32_t taken;	       /* a bit an area */
	uint32_t used;	       /* the same, of all that have been taken */
};

#define FAST_CHUNK_AREAS 16
#define FAST_SMALL_AREAS 3 /* of a process whose memory is limited */

/* Returns the bytes of all areas of @chunk. */
uint64_t fast_chunk_size(const struct fast_chunk *chunk);
/* Returns true if all areas of @chunk are taken. */
bool fast_chunk_is_taken(const struct fast_chunk *chunk);
/* Takes a free area of @chunk, and returns its index. */
unsigned int fast_chunk_take(struct fast_chunk *chunk);

#endif
