// SPDX-License-Identifier: MIT
/*
 * A sorted array. Each element has the largest limit of all elements up to it. The search starts at
 * the last range that begins at or before the address, goes backwards, and ends as soon as no
 * earlier range can contain it.
 */
#include "profile/util/range_map.h"

#include <stdlib.h>

#include "profile/util/sorted.h"
#include "profile/util/xalloc.h"

void range_map_fini(struct range_map *map)
{
	free(map->ranges);
	*map = (struct range_map){ 0 };
}

void range_map_add(struct range_map *map, uint64_t start, uint64_t limit, uint32_t value)
{
	if (start >= limit)
		return;
	map->ranges = xgrow(map->ranges, map->nr, &map->capacity, sizeof(*map->ranges));
	map->ranges[map->nr++] = (struct range){ .start = start, .limit = limit, .value = value };
	map->is_sorted = false;
}

/*
 * Outer before inner. Of equal ranges the one with the smallest value is last, where the search
 * begins.
 */
static int compare(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->limit != y->limit)
		return x->limit > y->limit ? -1 : 1;
	return (x->value < y->value) - (x->value > y->value);
}

static bool is_in_order(const struct range_map *map)
{
	for (uint32_t i = 1; i < map->nr; i++)
		if (compare(&map->ranges[i - 1], &map->ranges[i]) > 0)
			return false;
	return true;
}

static void sort(struct range_map *map)
{
	uint64_t max_limit = 0;

	if (!is_in_order(map))
		qsort(map->ranges, map->nr, sizeof(*map->ranges), compare);
	for (uint32_t i = 0; i < map->nr; i++) {
		if (map->ranges[i].limit > max_limit)
			max_limit = map->ranges[i].limit;
		map->ranges[i].max_limit = max_limit;
	}
	map->is_sorted = true;
}

uint32_t range_map_find(struct range_map *map, uint64_t address)
{
	size_t i;

	if (!map->is_sorted)
		sort(map);
	i = SORTED_COUNT_UP_TO(map->ranges, map->nr, start, address);
	while (i-- > 0) {
		if (map->ranges[i].max_limit <= address)
			break;
		if (map->ranges[i].limit > address)
			return map->ranges[i].value;
	}
	return RANGE_NONE;
}
