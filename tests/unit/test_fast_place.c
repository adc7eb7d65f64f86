/* SPDX-License-Identifier: MIT */
/*
 * Finds places for stubs in this process. A jump in the C library must reach each of them, and
 * nothing may be mapped around it.
 */
#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "helper/gate/fast_place.h"

#define MEBIBYTE 1048576ull
#define AROUND	 (15 * MEBIBYTE) /* on each side of a place */

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

static uint64_t addr_of_libc(void)
{
	return (uint64_t)(uintptr_t)getppid;
}

static void expect_in_reach(uint64_t place)
{
	/* The distance must fit into the displacement of a jump. */
	cr_expect_eq((int64_t)(place - addr_of_libc()), (int32_t)(place - addr_of_libc()), "%lx",
		     (unsigned long)place);
}

/* Maps the memory around @place. Returns false if something was mapped there already. */
static bool take(uint64_t place)
{
	void *addr = (void *)(uintptr_t)(place - AROUND);

	return mmap(addr, 2 * AROUND, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1,
		    0) == addr;
}

Test(fast_place, places_between_regions_differ)
{
	struct layout *layout = layout_read(getpid());
	uint64_t last = 0;

	for (unsigned int i = 0; i < 4; i++) {
		uint64_t place = fast_place_find(layout, addr_of_libc(), i);

		cr_assert_neq(place, 0);
		cr_expect_neq(place, last);
		expect_in_reach(place);
		last = place;
	}
	cr_expect_eq(fast_place_find(layout, addr_of_libc(), 100000), 0);
	layout_put(layout);
}

/* Takes each place until none is left. There are fewer than 256 of them in 4 GiB. */
Test(fast_place, the_maps_show_which_places_are_free)
{
	unsigned int nr = 0;
	uint64_t place;

	while ((place = fast_place_find_in_maps(getpid(), addr_of_libc())) && nr < 256) {
		expect_in_reach(place);
		cr_assert(take(place), "something is mapped near %lx", (unsigned long)place);
		nr++;
	}
	cr_expect_gt(nr, 0);
	cr_expect_eq(place, 0, "places are left after %u", nr);
}

Test(fast_place, a_process_that_has_ended_has_no_place)
{
	cr_expect_eq(fast_place_find_in_maps(-1, addr_of_libc()), 0);
}
