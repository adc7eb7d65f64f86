/* SPDX-License-Identifier: MIT */
/*
 * Free addresses for the stubs of the fast engine. They are far from the ends of mappings, where
 * stacks and heaps grow.
 */
#ifndef SCPROF_HELPER_GATE_FAST_PLACE_H
#define SCPROF_HELPER_GATE_FAST_PLACE_H

#include <stdint.h>
#include <sys/types.h>

#include "helper/unwind/layout.h"

/* The reach of a jump with a 32-bit displacement, with some margin. */
#define FAST_REACH 0x7ff00000

/*
 * Returns the @number-th address that is within reach of @addr, in gaps between the regions of
 * @layout, or 0 if there are no more. The layout does not have all mappings.
 */
uint64_t fast_place_find(const struct layout *layout, uint64_t addr, unsigned int number);
/* Returns an address within reach of @addr, far from all current mappings of thread @tid, or 0. */
uint64_t fast_place_find_in_maps(pid_t tid, uint64_t addr);

#endif
