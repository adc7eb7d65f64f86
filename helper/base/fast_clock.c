/* SPDX-License-Identifier: MIT */
/*
 * Measures the speed of the TSC once, between the start of the helper and its first use. Programs
 * may be short, so they cannot wait for a longer measurement.
 *
 * Many virtual machines do not announce that their TSC runs at a constant speed, although most of
 * them have one. So the gate always uses the TSC, and this module says how far its times can be
 * trusted.
 */
#include "helper/base/fast_clock.h"

#include <cpuid.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "helper/base/clock.h"
#include "profile/util/xalloc.h"

#define CALIBRATION_NS	500000u	  /* the least time over which the TSC is compared with the clock */
#define CHECK_NS	50000000u /* over less time the two clocks cannot be compared well */
#define NR_TRIES	5
#define MAX_DRIFT_PPM	1000
#define CLOCK_NAME_SIZE 64
#define CLOCK_SOURCE	"/sys/devices/system/clocksource/clocksource0/current_clocksource"

static uint64_t first_ticks, first_ns;
static bool is_exact;	  /* computed once, because CPUID is slow in a virtual machine */
static uint64_t tsc_mult; /* 0: not calibrated yet */

/*
 * Reads both clocks at nearly the same time. Of several attempts, it takes the one during which the
 * TSC advanced least. The remaining difference of about 20 ns causes an error of at most 1 in
 * 10,000 in the time of a call.
 */
static void read_clocks(uint64_t *ticks, uint64_t *ns)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < NR_TRIES; i++) {
		uint64_t before = __builtin_ia32_rdtsc(), now_ns = clock_now_ns();
		uint64_t taken = __builtin_ia32_rdtsc() - before;

		if (i > 0 && taken >= least)
			continue;
		least = taken;
		*ticks = before + taken / 2;
		*ns = now_ns;
	}
}

/*
 * CPUID 80000007h, EDX bit 8: the TSC has the same speed in all power states (Intel SDM vol. 3,
 * 18.17.1).
 */
static bool has_constant_tsc(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid(0x80000007, &a, &b, &c, &d) && d & 1u << 8;
}

/* Reads the name of the kernel's clock source, or "unknown" if it cannot be read. */
static void read_clock_source(char name[static CLOCK_NAME_SIZE])
{
	FILE *file = fopen(CLOCK_SOURCE, "re");

	strcpy(name, "unknown");
	if (file && fgets(name, CLOCK_NAME_SIZE, file))
		name[strcspn(name, "\n")] = '\0';
	if (file)
		fclose(file);
}

enum fast_clock_trust fast_clock_trust(bool is_constant, const char *source)
{
	if (is_constant || strcmp(source, "tsc") == 0)
		return FAST_CLOCK_EXACT;
	if (strcmp(source, "kvm-clock") == 0 || strcmp(source, "hyperv_clocksource_tsc_page") == 0)
		return FAST_CLOCK_CHECKED;
	return FAST_CLOCK_APPROXIMATE;
}

/*
 * Returns by how many millionths the speed of the TSC over the whole run differs from the first
 * measurement.
 */
static uint64_t drift_ppm(void)
{
	uint64_t ticks = 0, ns = 0, measured_ns;

	read_clocks(&ticks, &ns);
	if (ns - first_ns < CHECK_NS)
		return 0;
	measured_ns = fast_clock_at_ns(ticks) - first_ns;
	return (measured_ns > ns - first_ns ? measured_ns - (ns - first_ns)
					    : ns - first_ns - measured_ns) *
	       1000000u / (ns - first_ns);
}

bool fast_clock_is_exact(void)
{
	return is_exact;
}

char *fast_clock_describe(void)
{
	char source[CLOCK_NAME_SIZE];
	uint64_t ppm;

	read_clock_source(source);
	switch (fast_clock_trust(has_constant_tsc(), source)) {
	case FAST_CLOCK_EXACT:
		return xstrdup("TSC");
	case FAST_CLOCK_CHECKED:
		ppm = drift_ppm();
		if (ppm <= MAX_DRIFT_PPM)
			return xstrdup("TSC");
		return xasprintf("TSC, approximate: its speed changed by %" PRIu64
				 " ppm during the run",
				 ppm);
	case FAST_CLOCK_APPROXIMATE:
		break;
	}
	return xasprintf("TSC, approximate: the kernel's clock source is %s", source);
}

void fast_clock_init(void)
{
	is_exact = has_constant_tsc();
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
	/* If the TSCs of two CPUs differ, one may be before the first reading. */
	if (ticks < first_ticks)
		return first_ns;
	return first_ns + (uint64_t)((unsigned __int128)(ticks - first_ticks) * tsc_mult >> 32);
}

uint64_t fast_clock_ns(void)
{
	return tsc_mult ? fast_clock_at_ns(__builtin_ia32_rdtsc()) : clock_now_ns();
}
