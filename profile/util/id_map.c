// SPDX-License-Identifier: MIT
/*
 * Maps the ids of a file to our ids: an array of pairs, and a hash table over it.
 */
#include "profile/util/id_map.h"

#include <stdlib.h>

#include "profile/util/xalloc.h"

static uint64_t id_map_hash(const void *owner, uint32_t id)
{
	const struct id_map *map = owner;

	return hash_mix(hash_seed, map->entries[id].from);
}

void id_map_init(struct id_map *map)
{
	*map = (struct id_map){ .nr = 1 };
	hash_index_init(&map->index);
}

void id_map_fini(struct id_map *map)
{
	free(map->entries);
	hash_index_fini(&map->index);
	*map = (struct id_map){ 0 };
}

bool id_map_add(struct id_map *map, struct id_entry entry)
{
	if (!entry.from || id_map_find(map, entry.from))
		return false;
	hash_index_reserve(&map->index, map->nr - 1, id_map_hash, map);
	map->entries = xgrow(map->entries, map->nr, &map->capacity, sizeof(*map->entries));
	map->entries[map->nr] = entry;
	hash_index_insert(&map->index, hash_mix(hash_seed, entry.from), map->nr);
	map->nr++;
	return true;
}

const struct id_entry *id_map_find(const struct id_map *map, uint64_t from)
{
	uint32_t bucket = hash_index_first(&map->index, hash_mix(hash_seed, from));
	uint32_t id;

	while ((id = map->index.buckets[bucket])) {
		if (map->entries[id].from == from)
			return &map->entries[id];
		bucket = hash_index_next(&map->index, bucket);
	}
	return NULL;
}
