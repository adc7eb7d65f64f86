/* SPDX-License-Identifier: MIT */
/*
 * The TSC's speed, measured once, from the helper's start to the first need. Programs are short: they cannot
 * wait for a longer measurement.
 */
#include "helper/fast_clock.h"

#include "helper/tracer.h"

#define CALIBRATION_NS 500000u /* the least time over which the TSC is compared with the clock */
#define NR_TRIES       5

static uint64_t first_ticks, first_ns;
static uint64_t tsc_mult; /* 0: not calibrated yet */

/*
 * Reads both clocks at one moment: of several tries the one in which the TSC went on least meanwhile. What is
 * left, some 20 ns, makes an error of 1 in 10,000 at most in the time of a call.
 */
static void read_clocks(uint64_t *ticks, uint64_t *ns)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < NR_TRIES; i++) {
		uint64_t before = __builtin_ia32_rdtsc(), now_ns = tracer_now_ns();
		uint64_t taken = __builtin_ia32_rdtsc() - before;

		if (i > 0 && taken >= least)
			continue;
		least = taken;
		*ticks = before + taken / 2;
		*ns = now_ns;
	}
}

void fast_clock_init(void)
{
	read_clocks(&first_ticks, &first_ns);
}

uint64_t fast_clock_mult(void)
{
	uint64_t ticks = 0, ns = 0;

	if (tsc_mult)
		return tsc_mult;
	do {
		read_clocks(&ticks, &ns);
	} while (ns - first_ns < CALIBRATION_NS);
	tsc_mult = (uint64_t)(((unsigned __int128)(ns - first_ns) << 32) / (ticks - first_ticks));
	return tsc_mult;
}

uint64_t fast_clock_at_ns(uint64_t ticks)
{
	return first_ns + (uint64_t)((unsigned __int128)(ticks - first_ticks) * tsc_mult >> 32);
}

uint64_t fast_clock_ns(void)
{
	return tsc_mult ? fast_clock_at_ns(__builtin_ia32_rdtsc()) : tracer_now_ns();
}
