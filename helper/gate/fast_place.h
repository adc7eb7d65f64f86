/* SPDX-License-Identifier: MIT */
/*
 * Free places in an address space for the stubs of the fast engine. A place is well away from the
 * ends of what is mapped, where stacks and heaps grow.
 */
#ifndef SCPROF_HELPER_GATE_FAST_PLACE_H
#define SCPROF_HELPER_GATE_FAST_PLACE_H

#include <stdint.h>
#include <sys/types.h>

#include "helper/unwind/layout.h"

/* What a jump with a 32-bit displacement reaches, with some to spare. */
#define FAST_REACH 0x7ff00000

/*
 * Returns the @number-th place that @addr can reach, in gaps between the regions of @layout, or 0
 * when there are no more. The layout does not have all that is mapped.
 */
uint64_t fast_place_find(const struct layout *layout, uint64_t addr, unsigned int number);
/*
 * Returns a place that @addr can reach, away from everything that thread @tid has mapped now, or 0.
 */
uint64_t fast_place_find_in_maps(pid_t tid, uint64_t addr);

#endif
