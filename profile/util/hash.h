/* SPDX-License-Identifier: MIT */
/*
 * Open-addressing hash tables of ids. A table holds only ids; 0 is a free
 * bucket. The elements are in arrays of the caller. So the caller compares elements, and hashes
 * them again when the table grows. The seed differs in each run, so that a hostile file cannot
 * choose elements that collide. Ids do not depend on the seed.
 */
#ifndef SCPROF_PROFILE_UTIL_HASH_H
#define SCPROF_PROFILE_UTIL_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_index {
	uint32_t *buckets;   /* an id, or 0 if the bucket is free */
	uint32_t nr_buckets; /* a power of two, at least twice the number of ids */
};

/* Returns the hash of the element with @id, which the table's @owner holds. */
typedef uint64_t hash_function(const void *owner, uint32_t id);

extern uint64_t hash_seed;

static inline uint64_t hash_mix(uint64_t hash, uint64_t value)
{
	unsigned __int128 product = (unsigned __int128)(hash ^ value) * 0x9e3779b97f4a7c15u;

	return (uint64_t)product ^ (uint64_t)(product >> 64) ^ hash_seed;
}

uint64_t hash_bytes(const void *data, size_t size);

void hash_index_init(struct hash_index *index);
void hash_index_fini(struct hash_index *index);

/*
 * Makes room for one more id. The table holds the ids up to @last_id. If it grows, it calls @hash
 * with @owner for each of them.
 */
void hash_index_reserve(struct hash_index *index, uint32_t last_id, hash_function *hash,
			const void *owner);

/*
 * The probe sequence: start at hash_index_first(), and continue with hash_index_next() until the
 * bucket holds the id that is searched for or is free.
 */
static inline uint32_t hash_index_first(const struct hash_index *index, uint64_t hash)
{
	return (uint32_t)(hash ^ (hash >> 32)) & (index->nr_buckets - 1);
}

static inline uint32_t hash_index_next(const struct hash_index *index, uint32_t bucket)
{
	return (bucket + 1) & (index->nr_buckets - 1);
}

/*
 * Inserts @id, which must not be in the table. The caller has called hash_index_reserve() before.
 */
void hash_index_insert(struct hash_index *index, uint64_t hash, uint32_t id);

#endif
