/* SPDX-License-Identifier: MIT */
/*
 * Finds the range that contains an address, among the ranges of functions, symbols or compilation
 * units. Ranges may be nested and may overlap; the innermost is found. Add all ranges first: the
 * first search sorts them.
 */
#ifndef SCPROF_PROFILE_UTIL_RANGE_MAP_H
#define SCPROF_PROFILE_UTIL_RANGE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#define RANGE_NONE UINT32_MAX

struct range {
	uint64_t start;
	uint64_t limit;	    /* after the last address */
	uint64_t max_limit; /* largest limit of this and all earlier ranges */
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

/* Adds [@start, @limit) with @value, which must not be RANGE_NONE. Ignores an empty range. */
void range_map_add(struct range_map *map, uint64_t start, uint64_t limit, uint32_t value);

/*
 * Returns the value of the range that contains @address. Of several ranges it takes the one that
 * starts last, then the shortest, then the one with the smallest value. Returns RANGE_NONE if there
 * is none.
 */
uint32_t range_map_find(struct range_map *map, uint64_t address);

#endif
