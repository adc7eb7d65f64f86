// SPDX-License-Identifier: MIT
/*
 * Latency buckets: every value is in exactly one, and no bucket is wider than 12.5 % of its lower
 * bound.
 */
#include <criterion/criterion.h>

#include "profile/model/histogram.h"

static void check_value(uint64_t ns)
{
	unsigned int bucket = histogram_bucket(ns);

	cr_assert_lt(bucket, HISTOGRAM_NR_BUCKETS);
	cr_assert_leq(histogram_lower(bucket), ns, "%ju", (uintmax_t)ns);
	cr_assert_geq(histogram_upper(bucket), ns, "%ju", (uintmax_t)ns);
}

Test(histogram, values_below_16_are_exact)
{
	for (uint64_t ns = 0; ns < 16; ns++) {
		cr_assert_eq(histogram_lower(histogram_bucket(ns)), ns);
		cr_assert_eq(histogram_upper(histogram_bucket(ns)), ns);
	}
}

Test(histogram, buckets_are_at_most_an_eighth_wide)
{
	for (unsigned int bucket = 1; bucket < HISTOGRAM_NR_BUCKETS; bucket++) {
		uint64_t lower = histogram_lower(bucket);

		cr_assert_leq(histogram_upper(bucket) - lower, lower / 8, "bucket %u", bucket);
	}
}

Test(histogram, buckets_follow_each_other_without_gap)
{
	cr_assert_eq(histogram_lower(0), 0);
	for (unsigned int bucket = 0; bucket + 1 < HISTOGRAM_NR_BUCKETS; bucket++) {
		cr_assert_eq(histogram_upper(bucket) + 1, histogram_lower(bucket + 1));
		cr_assert_eq(histogram_bucket(histogram_lower(bucket)), bucket);
		cr_assert_eq(histogram_bucket(histogram_upper(bucket)), bucket);
	}
}

Test(histogram, powers_of_two_start_a_bucket)
{
	for (int bit = 0; bit < 64; bit++) {
		uint64_t power = UINT64_C(1) << bit;

		cr_assert_eq(histogram_lower(histogram_bucket(power)), power);
		cr_assert_eq(histogram_bucket(power), histogram_bucket(power - 1) + 1);
		check_value(power - 1);
		check_value(power + 1);
	}
}

Test(histogram, greatest_value_is_in_the_last_bucket)
{
	cr_assert_eq(histogram_bucket(UINT64_MAX), HISTOGRAM_NR_BUCKETS - 1);
	cr_assert_eq(histogram_upper(HISTOGRAM_NR_BUCKETS - 1), UINT64_MAX);
}

Test(histogram, larger_values_are_never_in_smaller_buckets)
{
	unsigned int last = 0;

	for (uint64_t ns = 0; ns < UINT64_MAX / 3; ns += 1 + ns / 50) {
		cr_assert_geq(histogram_bucket(ns), last);
		last = histogram_bucket(ns);
		check_value(ns);
	}
}

Test(histogram, percentiles_of_nothing_are_0)
{
	struct histogram histogram = { 0 };

	cr_assert_eq(histogram_percentile(&histogram, 0.5), 0);
	cr_assert_eq(histogram_max(&histogram), 0);
}

Test(histogram, percentile_is_the_value_where_the_fraction_is_reached)
{
	struct histogram histogram = { 0 };

	for (unsigned int ns = 0; ns < 10; ns++)
		histogram_add(&histogram, histogram_bucket(ns), 10);
	histogram_add(&histogram, histogram_bucket(1 << 20), 1);
	cr_assert_eq(histogram.total, 101);
	cr_assert_eq(histogram_percentile(&histogram, 0), 0);
	cr_assert_eq(histogram_percentile(&histogram, 0.5), 5);
	cr_assert_eq(histogram_percentile(&histogram, 0.99), 9);
	cr_assert_eq(histogram_percentile(&histogram, 1), 1 << 20);
	cr_assert_eq(histogram_max(&histogram), 1 << 20);
}

Test(histogram, percentile_errs_by_at_most_an_eighth)
{
	struct histogram histogram = { 0 };

	for (uint64_t ns = 1; ns <= 100000; ns++)
		histogram_add(&histogram, histogram_bucket(ns), 1);
	for (int percent = 1; percent <= 100; percent++) {
		double exact = percent * 1000;
		double shown = (double)histogram_percentile(&histogram, percent / 100.0);

		cr_assert_leq(shown, exact);
		cr_assert_geq(shown, exact * (1 - 0.125), "p%d is %f", percent, shown);
	}
}
