/* SPDX-License-Identifier: MIT */
/*
 * When the TSC is exact, and that times measured by it never run backwards. The tests use this
 * machine's TSC.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "helper/base/fast_clock.h"

Test(fast_clock, constant_tsc_is_exact_whatever_the_kernel_uses)
{
	cr_assert(fast_clock_trust(true, "hpet") == FAST_CLOCK_EXACT);
}

Test(fast_clock, tsc_that_the_kernel_uses_is_exact)
{
	cr_assert(fast_clock_trust(false, "tsc") == FAST_CLOCK_EXACT);
}

Test(fast_clock, tsc_under_the_clock_of_a_hypervisor_is_checked)
{
	cr_assert(fast_clock_trust(false, "kvm-clock") == FAST_CLOCK_CHECKED);
	cr_assert(fast_clock_trust(false, "hyperv_clocksource_tsc_page") == FAST_CLOCK_CHECKED);
}

Test(fast_clock, tsc_that_the_kernel_does_not_use_is_approximate)
{
	cr_assert(fast_clock_trust(false, "hpet") == FAST_CLOCK_APPROXIMATE);
	cr_assert(fast_clock_trust(false, "acpi_pm") == FAST_CLOCK_APPROXIMATE);
	cr_assert(fast_clock_trust(false, "unknown") == FAST_CLOCK_APPROXIMATE);
}

Test(fast_clock, ticks_before_the_first_reading_count_as_the_first_reading)
{
	uint64_t ticks;

	fast_clock_init();
	cr_assert(fast_clock_mult() > 0);
	ticks = __builtin_ia32_rdtsc();
	cr_assert_eq(fast_clock_at_ns(0), fast_clock_at_ns(1));
	cr_assert_leq(fast_clock_at_ns(0), fast_clock_at_ns(ticks));
	cr_assert_lt(fast_clock_at_ns(ticks) - fast_clock_at_ns(0), 60000000000u);
}

Test(fast_clock, description_names_the_clock)
{
	char *text;

	fast_clock_init();
	fast_clock_mult();
	text = fast_clock_describe();
	cr_assert(strcmp(text, "TSC") == 0 || strncmp(text, "TSC, approximate: ", 18) == 0, "%s",
		  text);
	free(text);
}
