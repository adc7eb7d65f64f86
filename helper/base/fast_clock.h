/* SPDX-License-Identifier: MIT */
/*
 * The clock of calls that are counted in place: the TSC, in nanoseconds.
 */
#ifndef SCPROF_HELPER_BASE_FAST_CLOCK_H
#define SCPROF_HELPER_BASE_FAST_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum fast_clock_trust {
	FAST_CLOCK_EXACT,	/* the CPU or the kernel vouches for the TSC */
	FAST_CLOCK_CHECKED,	/* a hypervisor keeps it steady; measured again at the end */
	FAST_CLOCK_APPROXIMATE, /* the kernel does not use the TSC, which may change speed */
};

/*
 * Returns how far times from the TSC can be trusted. @is_constant says that the TSC runs at a
 * constant speed according to CPUID. @source is the name of the kernel's clock source, from
 * /sys/devices/system/clocksource/clocksource0/current_clocksource.
 */
enum fast_clock_trust fast_clock_trust(bool is_constant, const char *source);

/* Whether the TSCs of all CPUs show the same. */
bool fast_clock_is_exact(void);

/* Returns the value of the profile's fact `clock` for a run that ends now. The caller frees it. */
char *fast_clock_describe(void);

void fast_clock_init(void);

/*
 * Nanoseconds a tick, as a 32.32 fixed-point number; waits until half a millisecond from
 * fast_clock_init on is over.
 */
uint64_t fast_clock_mult(void);

/*
 * The log's clock: CLOCK_MONOTONIC in nanoseconds, but by the TSC once calls are recorded by that,
 * so that a thread's calls stay in order however they were seen.
 */
uint64_t fast_clock_ns(void);
/* What it was when the TSC was @ticks, in a recorded call. */
uint64_t fast_clock_at_ns(uint64_t ticks);

#endif
