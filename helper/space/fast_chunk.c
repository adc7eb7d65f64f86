/* SPDX-License-Identifier: MIT */
/*
 * The areas of a chunk have an index. A bit in fast_chunk.taken says that a thread, of any process
 * that has the chunk, uses the area.
 */
#include "helper/space/fast_chunk.h"

uint64_t fast_chunk_size(const struct fast_chunk *chunk)
{
	return (uint64_t)chunk->nr_areas * chunk->area_size;
}

bool fast_chunk_is_taken(const struct fast_chunk *chunk)
{
	return chunk->taken == (1u << chunk->nr_areas) - 1;
}

unsigned int fast_chunk_take(struct fast_chunk *chunk)
{
	unsigned int index = (unsigned int)__builtin_ctz(~chunk->taken);

	chunk->taken |= 1u << index;
	chunk->used |= chunk->taken;
	return index;
}
