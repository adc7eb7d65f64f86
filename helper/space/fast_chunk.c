/* SPDX-License-Identifier: MIT */
/*
 * The areas of a chunk have an index. A bit in fast_chunk.taken says that a thread, of any process
 * that has the chunk, uses the area.
 */
#include "helper/space/fast_chunk.h"

#include "helper/trace/user_dispatch.h"

uint64_t fast_chunk_selectors(const struct fast_chunk *chunk)
{
	return (uint64_t)chunk->nr_areas * chunk->area_size;
}

uint64_t fast_chunk_size(const struct fast_chunk *chunk)
{
	return fast_chunk_selectors(chunk) + (user_dispatch_is_by_prctl() ? SELECTORS_SIZE : 0);
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
