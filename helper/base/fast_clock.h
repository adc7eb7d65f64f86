/* SPDX-License-Identifier: MIT */
/*
 * The clock of calls that are counted in the program: the TSC, converted to nanoseconds.
 */
#ifndef SCPROF_HELPER_BASE_FAST_CLOCK_H
#define SCPROF_HELPER_BASE_FAST_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum fast_clock_trust {
	FAST_CLOCK_EXACT,	/* the CPU or the kernel says that the TSC has a constant speed */
	FAST_CLOCK_CHECKED,	/* under a hypervisor; its speed is measured again at the end */
	FAST_CLOCK_APPROXIMATE, /* the TSC may differ between CPUs or change its speed */
};

/*
 * Returns how far times from the TSC can be trusted. @is_constant is true if the TSC runs at a
 * constant speed according to CPUID. @source is the name of the kernel's clock source, from
 * /sys/devices/system/clocksource/clocksource0/current_clocksource.
 */
enum fast_clock_trust fast_clock_trust(bool is_constant, const char *source);

/* Returns true if the TSCs of all CPUs are equal. */
bool fast_clock_is_exact(void);

/* Returns the value of the profile's fact `clock` for a run that ends now. The caller frees it. */
char *fast_clock_describe(void);

void fast_clock_init(void);

/*
 * Returns the nanoseconds of a tick, as a 32.32 fixed-point number. The first call waits until half
 * a millisecond has passed since fast_clock_init.
 */
uint64_t fast_clock_mult(void);

/*
 * Returns the time of the log's clock, in nanoseconds of CLOCK_MONOTONIC. It is computed from the
 * TSC as soon as fast_clock_mult was called. So the calls of a thread stay in order, whether the
 * helper or the gate has timed them.
 */
uint64_t fast_clock_ns(void);
/* Returns the time of that clock at which the TSC was @ticks. Records have times in ticks. */
uint64_t fast_clock_at_ns(uint64_t ticks);

#endif
