/* SPDX-License-Identifier: MIT */
/*
 * The clock of calls that are counted in place: the TSC, in nanoseconds.
 */
#ifndef SCPROF_HELPER_FAST_CLOCK_H
#define SCPROF_HELPER_FAST_CLOCK_H

#include <stdint.h>

void fast_clock_init(void);

/* Nanoseconds a tick, as a 32.32 fixed-point number; waits until half a millisecond from fast_clock_init on is over. */
uint64_t fast_clock_mult(void);

/*
 * The log's clock: CLOCK_MONOTONIC in nanoseconds, but by the TSC once calls are recorded by that, so that
 * a thread's calls stay in order however they were seen.
 */
uint64_t fast_clock_ns(void);
/* What it was when the TSC was @ticks, in a recorded call. */
uint64_t fast_clock_at_ns(uint64_t ticks);

#endif
