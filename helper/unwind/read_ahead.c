/* SPDX-License-Identifier: MIT */
/*
 * A list of those mappings of the profile whose files may be read and have not been requested yet.
 */
#include "helper/unwind/read_ahead.h"

#include <stdbool.h>

#include "profile/symbols/binary_ahead.h"
#include "profile/util/xalloc.h"

#define READ_AHEAD_NS 200000000u /* a program that ends sooner does not have to share the CPUs */

static uint32_t *mappings;
static unsigned int nr_mappings, capacity;
static bool is_stopped;

void read_ahead_allow(uint32_t mapping)
{
	if (is_stopped)
		return;
	if (nr_mappings == capacity) {
		capacity = capacity ? 2 * capacity : 64;
		mappings = xreallocarray(mappings, capacity, sizeof(*mappings));
	}
	mappings[nr_mappings++] = mapping;
}

void read_ahead_stop(void)
{
	is_stopped = true;
	nr_mappings = 0;
}

void read_ahead_ask(const struct profile *profile, uint64_t age_ns)
{
	if (age_ns < READ_AHEAD_NS)
		return;
	while (nr_mappings) {
		const struct mapping *mapping = &profile->mappings[mappings[--nr_mappings]];

		binary_ahead_ask(string_table_get(&profile->strings, mapping->path),
				 string_table_get(&profile->strings, mapping->build_id));
	}
}
