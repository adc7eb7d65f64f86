/* SPDX-License-Identifier: MIT */
/*
 * Finds the address range that holds an address: functions, symbols, compilation units. Ranges may
 * nest and overlap; the innermost wins. Filled first, then asked: the first question sorts.
 */
#ifndef SCPROF_PROFILE_UTIL_RANGE_MAP_H
#define SCPROF_PROFILE_UTIL_RANGE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#define RANGE_NONE UINT32_MAX

struct range {
	uint64_t start;
	uint64_t limit;	    /* after the last address */
	uint64_t max_limit; /* greatest limit of this and all earlier ranges */
	uint32_t value;
};

struct range_map {
	struct range *ranges;
	uint32_t nr;
	uint32_t capacity;
	bool is_sorted;
};

/* A map of zero bytes is an empty map. */
void range_map_fini(struct range_map *map);

/* Adds [@start, @limit) with @value, which is not RANGE_NONE. An empty range is left out. */
void range_map_add(struct range_map *map, uint64_t start, uint64_t limit, uint32_t value);

/*
 * Returns the value of the range that holds @address: of several the one that starts last, then
 * the shortest, then the one with the least value. RANGE_NONE when there is none.
 */
uint32_t range_map_find(struct range_map *map, uint64_t address);

#endif
