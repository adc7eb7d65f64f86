/* SPDX-License-Identifier: MIT */
/*
 * Log-linear latency buckets. Each power of two is divided into eight buckets, so a bucket is at
 * most 12.5 % wide. Below 16 ns each value has a bucket. Each sample stores the number of its
 * bucket (sample_key.bucket), so a histogram is the sum of the calls of samples, and histograms can
 * be merged.
 */
#ifndef SCPROF_PROFILE_MODEL_HISTOGRAM_H
#define SCPROF_PROFILE_MODEL_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_SUB_BITS   3
#define HISTOGRAM_NR_BUCKETS ((64 - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS)

/* Returns the bucket that holds @ns nanoseconds. */
unsigned int histogram_bucket(uint64_t ns);
/* Returns the smallest number of nanoseconds in @bucket. */
uint64_t histogram_lower(unsigned int bucket);
/* Returns the largest number of nanoseconds in @bucket. */
uint64_t histogram_upper(unsigned int bucket);

struct histogram {
	uint64_t calls[HISTOGRAM_NR_BUCKETS];
	uint64_t total;
};

void histogram_add(struct histogram *histogram, unsigned int bucket, uint64_t calls);
/*
 * Returns a percentile in nanoseconds: the lower bound of the first bucket up to which the
 * @fraction (0 to 1) of all calls is counted. Returns 0 if there are no calls.
 */
uint64_t histogram_percentile(const struct histogram *histogram, double fraction);
/* Returns the lower bound, in nanoseconds, of the highest bucket that has calls. */
uint64_t histogram_max(const struct histogram *histogram);

#endif
