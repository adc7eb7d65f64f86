// SPDX-License-Identifier: MIT
/*
 * Log-linear buckets. Each value below 2^(SUB_BITS + 1) has its own bucket. For larger values, the
 * SUB_BITS bits after the highest set bit select one of eight equal parts of the power of two.
 */
#include "profile/model/histogram.h"

#include <assert.h>

#define NR_SUB (1u << HISTOGRAM_SUB_BITS)

unsigned int histogram_bucket(uint64_t ns)
{
	unsigned int shift;

	if (ns < NR_SUB)
		return (unsigned int)ns;
	shift = 63u - (unsigned int)__builtin_clzll(ns) - HISTOGRAM_SUB_BITS;
	return (shift << HISTOGRAM_SUB_BITS) + (unsigned int)(ns >> shift);
}

uint64_t histogram_lower(unsigned int bucket)
{
	unsigned int shift;

	assert(bucket < HISTOGRAM_NR_BUCKETS);
	if (bucket < NR_SUB)
		return bucket;
	shift = (bucket >> HISTOGRAM_SUB_BITS) - 1;
	return (uint64_t)(NR_SUB + bucket % NR_SUB) << shift;
}

uint64_t histogram_upper(unsigned int bucket)
{
	if (bucket == HISTOGRAM_NR_BUCKETS - 1)
		return UINT64_MAX;
	return histogram_lower(bucket + 1) - 1;
}

void histogram_add(struct histogram *histogram, unsigned int bucket, uint64_t calls)
{
	assert(bucket < HISTOGRAM_NR_BUCKETS);
	histogram->calls[bucket] += calls;
	histogram->total += calls;
}

uint64_t histogram_percentile(const struct histogram *histogram, double fraction)
{
	double wanted = fraction * (double)histogram->total;
	uint64_t reached = 0;

	for (unsigned int bucket = 0; bucket < HISTOGRAM_NR_BUCKETS; bucket++) {
		reached += histogram->calls[bucket];
		if (histogram->calls[bucket] && (double)reached >= wanted)
			return histogram_lower(bucket);
	}
	return histogram_max(histogram);
}

uint64_t histogram_max(const struct histogram *histogram)
{
	for (unsigned int bucket = HISTOGRAM_NR_BUCKETS; bucket-- > 0;) {
		if (histogram->calls[bucket])
			return histogram_lower(bucket);
	}
	return 0;
}
