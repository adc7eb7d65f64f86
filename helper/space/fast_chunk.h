/* SPDX-License-Identifier: MIT */
/*
 * Chunks: memory for several thread areas.
 */
#ifndef SCPROF_HELPER_SPACE_FAST_CHUNK_H
#define SCPROF_HELPER_SPACE_FAST_CHUNK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Memory for several thread areas. It is mapped in the helper, and at the same address in several
 * address spaces: in the one for which it was made, and in those forked from it.
 */
struct fast_chunk {
	unsigned int refs; /* address spaces */
	uint64_t addr;
	void *memory;
	uint32_t area_size;    /* of each area */
	unsigned int nr_areas; /* at most 32 */
	int id;		       /* id of the System V segment; -1: it is a memfd */
	uid_t uid;	       /* of the process for which it was made */
	uint32_t taken;	       /* one bit for each area that is in use */
	uint32_t used;	       /* one bit for each area that was ever in use */
	bool has_selectors;    /* its last page has selectors, read-only for the program */
};

#define SELECTORS_SIZE	 4096 /* one page, because its protection differs from that of the areas */
#define FAST_CHUNK_AREAS 16
#define FAST_SMALL_AREAS 3 /* for a process whose memory is limited */

/* Returns the bytes of @chunk. */
uint64_t fast_chunk_size(const struct fast_chunk *chunk);
/* Returns the offset in @chunk of the selectors, after the areas: see helper/space/selector.h. */
uint64_t fast_chunk_selectors(const struct fast_chunk *chunk);
/* Returns true if all areas of @chunk are taken. */
bool fast_chunk_is_taken(const struct fast_chunk *chunk);
/* Takes a free area of @chunk, and returns its index. */
unsigned int fast_chunk_take(struct fast_chunk *chunk);

#endif
