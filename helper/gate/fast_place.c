/* SPDX-License-Identifier: MIT */
/*
 * The layout is available at once and mostly sufficient. A program with many threads may have
 * filled the gaps next to its libraries with stacks and heaps. Then the helper reads the maps.
 */
#include "helper/gate/fast_place.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "helper/unwind/maps.h"
#include "scprof/thread_area.h"

#define PLACES_IN_GAP  16
#define PLACE_DISTANCE (16ull << 20)

static bool is_in_reach(uint64_t place, uint64_t addr)
{
	return (place > addr ? place - addr : addr - place) < FAST_REACH;
}

uint64_t fast_place_find(const struct layout *layout, uint64_t addr, unsigned int number)
{
	uint64_t start = GATE_ADDR + GATE_SIZE;

	for (unsigned int i = 0; i < layout->nr_regions; i++) {
		uint64_t end = layout->regions[i].start;

		for (unsigned int j = 1; end > start && j <= PLACES_IN_GAP; j++) {
			uint64_t place = end - j * PLACE_DISTANCE;
			if (end - start < (j + 1) * PLACE_DISTANCE || !is_in_reach(place, addr))
				break;
			if (number-- == 0)
				return place;
		}
		if (layout->regions[i].end > start)
			start = layout->regions[i].end;
	}
	/*
	 * Programs that are not position-independent are at low addresses, mostly with nothing else
	 * within reach.
	 */
	for (unsigned int j = 1; j <= PLACES_IN_GAP; j++) {
		uint64_t place = GATE_ADDR + GATE_SIZE + j * PLACE_DISTANCE;
		if (is_in_reach(place, addr) && number-- == 0)
			return place;
	}
	return 0;
}

/* Returns an address in the gap from @start to @end within reach of @addr, or 0. */
static uint64_t find_in_gap(uint64_t start, uint64_t end, uint64_t addr)
{
	if (end < start || end - start < 2 * PLACE_DISTANCE)
		return 0;
	if (is_in_reach(end - PLACE_DISTANCE, addr))
		return end - PLACE_DISTANCE;
	return is_in_reach(start + PLACE_DISTANCE, addr) ? start + PLACE_DISTANCE : 0;
}

uint64_t fast_place_find_in_maps(pid_t tid, uint64_t addr)
{
	uint64_t start = GATE_ADDR + GATE_SIZE, place = 0;
	struct maps_line parsed;
	char name[64];
	char *line = NULL;
	size_t size = 0;
	FILE *file;

	snprintf(name, sizeof(name), "/proc/%d/maps", (int)tid);
	file = fopen(name, "re");
	while (file && !place && getline(&line, &size, file) > 0) {
		if (!maps_line_parse(line, &parsed))
			continue;
		place = find_in_gap(start, parsed.start, addr);
		if (parsed.end > start)
			start = parsed.end;
	}
	free(line);
	if (file)
		fclose(file);
	return place;
}
