/* SPDX-License-Identifier: MIT */
/*
 * The areas of a chunk are told apart by their index. A bit in fast_chunk.taken says that a thread,
 * of any process that has the chunk, uses the area.
 */
#include "helper/space/fast_chunk.h"

uint64_t fast_chunk_size(const struct fast_chunk *chunk)
{
	return (uint64_t)chunk->nr_areas * chunk->area_size;
}

static bool is_taken(const struct fast_chunk *chunk)
{
	return chunk->taken == (1u << chunk->nr_areas) - 1;
}

bool fast_chunk_has_free_area(const struct fast_space *fast)
{
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		if (!is_taken(fast->chunks[i]))
			return true;
	return fast->is_full || fast->nr_chunks == FAST_MAX_CHUNKS;
}

void fast_chunk_take_area(const struct fast_space *fast, struct tracee *tracee)
{
	tracee->area_chunk = NULL;
	for (unsigned int i = fast->nr_chunks; i-- > 0;) {
		struct fast_chunk *chunk = fast->chunks[i];
		if (is_taken(chunk))
			continue;
		tracee->area_chunk = chunk;
		tracee->area_index = (unsigned int)__builtin_ctz(~chunk->taken);
		chunk->taken |= 1u << tracee->area_index;
		chunk->used |= chunk->taken;
		return;
	}
}
