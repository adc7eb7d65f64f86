// SPDX-License-Identifier: MIT
/*
 * Percentiles of latencies, and the option's list of percentiles.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "analysis/latency.h"
#include "profile/util/xalloc.h"

static struct latencies *latencies;

static void add(uint64_t calls, uint64_t each_ns)
{
	struct sample sample = {
		.key.bucket = (uint16_t)histogram_bucket(each_ns),
		.calls = calls,
		.time_ns = calls * each_ns,
	};

	latencies_add(latencies, &sample);
}

static void set_up(void)
{
	latencies = xcalloc(1, sizeof(*latencies));
}

static void clean_up(void)
{
	free(latencies);
}

TestSuite(latency, .init = set_up, .fini = clean_up);

Test(latency, percentile_is_the_mean_of_its_bucket)
{
	add(90, 1000);
	add(9, 20000);
	add(1, 3000000);
	cr_expect_eq(latencies_percentile(latencies, 50), 1000);
	cr_expect_eq(latencies_percentile(latencies, 90), 1000);
	cr_expect_eq(latencies_percentile(latencies, 90.5), 20000);
	cr_expect_eq(latencies_percentile(latencies, 99), 20000);
	cr_expect_eq(latencies_percentile(latencies, 99.9), 3000000);
	cr_expect_eq(latencies_percentile(latencies, 100), 3000000);
	cr_expect_eq(latencies_max(latencies), 3000000);
}

Test(latency, no_calls_have_no_latency)
{
	cr_expect_eq(latencies_percentile(latencies, 50), 0);
	cr_expect_eq(latencies_max(latencies), 0);
}

Test(latency, sums_that_are_too_great_stay_in_the_bucket)
{
	add(1, UINT64_MAX);
	add(1, UINT64_MAX);
	cr_expect_geq(latencies_max(latencies), histogram_lower(HISTOGRAM_NR_BUCKETS - 1));
}

Test(latency, list_of_percentiles_is_read)
{
	struct percentiles percentiles;
	const char *reason;

	cr_assert(percentiles_parse(&percentiles, "50,99.9,100", &reason));
	cr_expect_eq(percentiles.nr, 3);
	cr_expect_float_eq(percentiles.percent[1], 99.9, 1e-9);
	cr_expect_str_eq(percentiles.names[1], "p99.9");
	cr_expect_str_eq(percentiles.names[2], "p100");
}

Test(latency, wrong_lists_are_refused_with_a_reason)
{
	static const char *const lists[] = {
		"",
		",",
		"50,",
		",50",
		"1,,2",
		"0",
		"100.1",
		"x",
		"-5",
		"1e1",
		"nan",
		" 50",
		"5.0.1",
		"50,50",
		"1,2,3,4,5,6,7,8,9",
		"99.99999999999999999",
		".",
		"0x10",
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct percentiles percentiles;
		const char *reason = NULL;

		cr_expect_not(percentiles_parse(&percentiles, lists[i], &reason), "'%s'", lists[i]);
		cr_expect(reason && *reason);
	}
}
