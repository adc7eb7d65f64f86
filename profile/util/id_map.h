/* SPDX-License-Identifier: MIT */
/*
 * Maps the ids of a file, which are any 64-bit numbers except 0, to our ids. Private to profile/.
 */
#ifndef SCPROF_PROFILE_UTIL_ID_MAP_H
#define SCPROF_PROFILE_UTIL_ID_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/util/hash.h"

struct id_entry {
	uint64_t from;
	uint32_t to;
	uint32_t kind; /* for the caller's use */
};

struct id_map {
	struct id_entry *entries; /* entry 0 is unused */
	uint32_t nr;
	uint32_t capacity;
	struct hash_index index;
};

void id_map_init(struct id_map *map);
void id_map_fini(struct id_map *map);

/* Adds @entry. Returns false if its id is 0 or in the map already. */
bool id_map_add(struct id_map *map, struct id_entry entry);

/* Returns the entry of @from, or NULL. */
const struct id_entry *id_map_find(const struct id_map *map, uint64_t from);

#endif
