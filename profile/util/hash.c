// SPDX-License-Identifier: MIT
/*
 * Open-addressing hash tables of ids. The seed comes from the 16 random bytes that the kernel gives
 * every process (AT_RANDOM, getauxval(3)).
 */
#include "profile/util/hash.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "profile/util/xalloc.h"

#define NR_BUCKETS_AT_FIRST 64u

uint64_t hash_seed = 0x243f6a8885a308d3u;

__attribute__((constructor)) static void hash_choose_seed(void)
{
	const void *random = (const void *)getauxval(AT_RANDOM);

	if (random)
		memcpy(&hash_seed, random, sizeof(hash_seed));
}

uint64_t hash_bytes(const void *data, size_t size)
{
	const unsigned char *bytes = data;
	uint64_t hash = hash_mix(hash_seed, size);
	uint64_t word;

	for (; size >= sizeof(word); size -= sizeof(word), bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		hash = hash_mix(hash, word);
	}
	word = 0;
	if (size)
		memcpy(&word, bytes, size);
	return hash_mix(hash, word);
}

void hash_index_init(struct hash_index *index)
{
	index->nr_buckets = NR_BUCKETS_AT_FIRST;
	index->buckets = xcalloc(index->nr_buckets, sizeof(*index->buckets));
}

void hash_index_fini(struct hash_index *index)
{
	free(index->buckets);
	index->buckets = NULL;
	index->nr_buckets = 0;
}

void hash_index_reserve(struct hash_index *index, uint32_t last_id, hash_function *hash,
			const void *owner)
{
	if (last_id < index->nr_buckets / 2)
		return;
	if (index->nr_buckets > UINT32_MAX / 2)
		xalloc_fail();
	free(index->buckets);
	index->nr_buckets *= 2;
	index->buckets = xcalloc(index->nr_buckets, sizeof(*index->buckets));
	for (uint32_t id = 1; id <= last_id; id++)
		hash_index_insert(index, hash(owner, id), id);
}

void hash_index_insert(struct hash_index *index, uint64_t hash, uint32_t id)
{
	uint32_t bucket = hash_index_first(index, hash);

	while (index->buckets[bucket])
		bucket = hash_index_next(index, bucket);
	index->buckets[bucket] = id;
}
