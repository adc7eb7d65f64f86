/* SPDX-License-Identifier: MIT */
/*
 * Log-linear latency buckets: eight to a power of two, so a bucket is at most 12.5 % wide and
 * values below 16 ns are exact. A bucket's number is stored in each sample (key.bucket), so
 * histograms of samples add up and merge by adding calls.
 */
#ifndef SCPROF_PROFILE_MODEL_HISTOGRAM_H
#define SCPROF_PROFILE_MODEL_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_SUB_BITS   3
#define HISTOGRAM_NR_BUCKETS ((64 - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS)

/* Returns the bucket that holds @ns nanoseconds. */
unsigned int histogram_bucket(uint64_t ns);
/* Returns the least number of nanoseconds that @bucket holds. */
uint64_t histogram_lower(unsigned int bucket);
/* Returns the greatest number of nanoseconds that @bucket holds. */
uint64_t histogram_upper(unsigned int bucket);

struct histogram {
	uint64_t calls[HISTOGRAM_NR_BUCKETS];
	uint64_t total;
};

void histogram_add(struct histogram *histogram, unsigned int bucket, uint64_t calls);
/*
 * Returns the lower bound in nanoseconds of the bucket in which the @fraction (0 to 1) of all
 * calls is reached; 0 when there are no calls.
 */
uint64_t histogram_percentile(const struct histogram *histogram, double fraction);
/* Returns the lower bound in nanoseconds of the highest bucket with calls in it. */
uint64_t histogram_max(const struct histogram *histogram);

#endif
