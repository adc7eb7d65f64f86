/* SPDX-License-Identifier: MIT */
/*
 * The time of a call that stops. Time that the helper may have added does not count as the call's.
 */
#include <criterion/criterion.h>

#include "helper/count/call_time.h"

#define STOP_COST 5000u

static void expect_time(uint64_t span_ns, uint64_t delay_ns, uint64_t time_ns,
			uint64_t uncertain_ns)
{
	uint64_t uncertain;

	cr_expect_eq(call_time(span_ns, STOP_COST, delay_ns, &uncertain), time_ns, "%lu, %lu",
		     (unsigned long)span_ns, (unsigned long)delay_ns);
	cr_expect_eq(uncertain, uncertain_ns, "%lu, %lu: %lu", (unsigned long)span_ns,
		     (unsigned long)delay_ns, (unsigned long)uncertain);
}

Test(call_time, the_cost_of_two_stops_is_subtracted)
{
	expect_time(5300, 0, 300, 0);
	expect_time(5300, 4000, 300, 0);
	expect_time(5300, STOP_COST, 300, 0);
	expect_time(4000, 4000, 0, 0);
	expect_time(0, 0, 0, 0);
}

Test(call_time, a_short_call_that_is_handled_late_has_no_certain_time)
{
	expect_time(200000, 200000, 0, 195000);
	expect_time(200000, 900000, 0, 195000);
}

Test(call_time, a_long_call_keeps_the_certain_part_of_its_time)
{
	expect_time(1000000, 405000, 595000, 400000);
}

Test(call_time, a_delay_smaller_than_a_bucket_is_not_reported)
{
	expect_time(1005000, 115000, 890000, 0);
	expect_time(1005000, 125000, 880000, 120000);
}
