// SPDX-License-Identifier: MIT
/*
 * Which of several ranges contains an address.
 */
#include <criterion/criterion.h>

#include "profile/util/range_map.h"
#include "profile/util/sorted.h"

static struct range_map map;

static void free_map(void)
{
	range_map_fini(&map);
}

TestSuite(range_map, .fini = free_map);

Test(range_map, empty_map_has_no_ranges)
{
	cr_assert_eq(range_map_find(&map, 0), RANGE_NONE);
	cr_assert_eq(range_map_find(&map, UINT64_MAX), RANGE_NONE);
}

Test(range_map, range_contains_its_start_and_not_its_limit)
{
	range_map_add(&map, 10, 20, 1);
	cr_assert_eq(range_map_find(&map, 9), RANGE_NONE);
	cr_assert_eq(range_map_find(&map, 10), 1);
	cr_assert_eq(range_map_find(&map, 19), 1);
	cr_assert_eq(range_map_find(&map, 20), RANGE_NONE);
}

Test(range_map, innermost_of_nested_ranges_wins)
{
	range_map_add(&map, 20, 30, 2);
	range_map_add(&map, 0, 100, 1);
	range_map_add(&map, 20, 25, 3);
	cr_assert_eq(range_map_find(&map, 22), 3);
	cr_assert_eq(range_map_find(&map, 27), 2);
	cr_assert_eq(range_map_find(&map, 19), 1);
	cr_assert_eq(range_map_find(&map, 99), 1);
}

Test(range_map, least_value_of_equal_ranges_wins)
{
	range_map_add(&map, 0, 10, 7);
	range_map_add(&map, 0, 10, 3);
	range_map_add(&map, 0, 10, 5);
	cr_assert_eq(range_map_find(&map, 5), 3);
}

Test(range_map, empty_range_contains_nothing)
{
	range_map_add(&map, 10, 10, 1);
	range_map_add(&map, 10, 5, 2);
	cr_assert_eq(range_map_find(&map, 10), RANGE_NONE);
	cr_assert_eq(range_map_find(&map, 7), RANGE_NONE);
}

Test(range_map, range_may_be_added_after_a_look_up)
{
	range_map_add(&map, 0, 10, 1);
	cr_assert_eq(range_map_find(&map, 15), RANGE_NONE);
	range_map_add(&map, 10, UINT64_MAX, 2);
	cr_assert_eq(range_map_find(&map, 15), 2);
	cr_assert_eq(range_map_find(&map, UINT64_MAX - 1), 2);
}

Test(range_map, agrees_with_a_search_of_all_ranges)
{
	uint64_t random = 1;

	for (uint32_t i = 0; i < 500; i++) {
		uint64_t start, size;

		random = random * 6364136223846793005 + 1442695040888963407;
		start = random >> 54;
		size = random >> 20 & 63;
		range_map_add(&map, start, start + size, i);
	}
	for (uint64_t address = 0; address < 1100; address++) {
		const struct range *best = NULL;
		uint32_t found = range_map_find(&map, address);

		for (uint32_t i = 0; i < map.nr; i++) {
			const struct range *range = &map.ranges[i];

			if (range->start > address || range->limit <= address)
				continue;
			if (!best || range->start > best->start ||
			    (range->start == best->start &&
			     (range->limit < best->limit ||
			      (range->limit == best->limit && range->value < best->value))))
				best = range;
		}
		cr_assert_eq(found, best ? best->value : RANGE_NONE, "%lu", address);
	}
}

struct place {
	char name[3];
	uint64_t address;
};

Test(sorted, counts_are_those_of_a_linear_search)
{
	static const struct place places[] = {
		{ "a", 0 }, { "b", 5 }, { "c", 5 }, { "d", 7 }, { "e", UINT64_MAX }
	};
	static const uint64_t values[] = { 0, 1, 4, 5, 6, 7, 8, UINT64_MAX - 1, UINT64_MAX };

	for (size_t nr = 0; nr <= sizeof(places) / sizeof(places[0]); nr++) {
		for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
			size_t below = 0, up_to = 0;

			for (size_t k = 0; k < nr; k++) {
				below += places[k].address < values[i];
				up_to += places[k].address <= values[i];
			}
			cr_expect_eq(SORTED_COUNT_BELOW(places, nr, address, values[i]), below);
			cr_expect_eq(SORTED_COUNT_UP_TO(places, nr, address, values[i]), up_to);
		}
	}
}

Test(sorted, an_empty_array_may_be_null)
{
	const struct place *none = NULL;

	cr_expect_eq(SORTED_COUNT_BELOW(none, 0, address, 1), 0);
	cr_expect_eq(SORTED_COUNT_UP_TO(none, 0, address, UINT64_MAX), 0);
}
