/* SPDX-License-Identifier: MIT */
/*
 * Open-addressing hash tables of ids, private to this folder. A table knows only ids (0: a free
 * bucket); the elements stay in their arrays, so the caller compares them, and hashes them again
 * when the table grows. The seed differs from run to run, so that a hostile file cannot choose
 * colliding elements; ids never depend on it.
 */
#ifndef SCPROF_PROFILE_UTIL_HASH_H
#define SCPROF_PROFILE_UTIL_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_index {
	uint32_t *buckets;   /* 0 is free, else an id */
	uint32_t nr_buckets; /* a power of two, at least twice the number of ids */
};

/* Hashes the element that @id stands for in the table's owner. */
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
 * Makes room for one more id when ids up to @last_id are in the table; @owner and @hash serve to
 * move them.
 */
void hash_index_reserve(struct hash_index *index, uint32_t last_id, hash_function *hash,
			const void *owner);

/* The probe sequence: start at _first, go on with _next until the bucket is the wanted or free. */
static inline uint32_t hash_index_first(const struct hash_index *index, uint64_t hash)
{
	return (uint32_t)(hash ^ (hash >> 32)) & (index->nr_buckets - 1);
}

static inline uint32_t hash_index_next(const struct hash_index *index, uint32_t bucket)
{
	return (bucket + 1) & (index->nr_buckets - 1);
}

/* Puts @id, which is not in the table, into it. Room was made by hash_index_reserve. */
void hash_index_insert(struct hash_index *index, uint64_t hash, uint32_t id);

#endif
