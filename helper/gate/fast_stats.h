/* SPDX-License-Identifier: MIT */
/*
 * Counts of what the fast engine has done so far.
 */
#ifndef SCPROF_HELPER_GATE_FAST_STATS_H
#define SCPROF_HELPER_GATE_FAST_STATS_H

#include <stdint.h>

struct fast_stats {
	uint64_t hits;	   /* calls that the gate counted */
	uint64_t recorded; /* calls that the gate recorded */
	uint64_t patched;
	uint64_t gates;
	uint64_t areas;
	uint64_t repaired; /* faults in the gate's comparison with a memo */
};

const struct fast_stats *fast_stats(void);
/* The same, for the modules of the engine that count. */
struct fast_stats *fast_stats_mutable(void);

#endif
