/* SPDX-License-Identifier: MIT */
/*
 * The latencies of some samples: how many calls are in each bucket, and how much time they took
 * together. So a percentile can be shown as the mean of the calls in its bucket.
 */
#ifndef SCPROF_ANALYSIS_LATENCY_H
#define SCPROF_ANALYSIS_LATENCY_H

#include <stdbool.h>

#include "profile/model/histogram.h"
#include "profile/model/profile.h"

struct latencies {
	struct histogram histogram;
	uint64_t time_ns[HISTOGRAM_NR_BUCKETS];
};

/* Adds the calls of @sample to @latencies, which are all 0 at first. */
void latencies_add(struct latencies *latencies, const struct sample *sample);

/*
 * Returns the time in nanoseconds that @percent of the calls do not exceed, to the precision of a
 * bucket. Returns 0 if there are no calls. latencies_max() does the same for the slowest call.
 */
uint64_t latencies_percentile(const struct latencies *latencies, double percent);
uint64_t latencies_max(const struct latencies *latencies);

/* The percentiles that a report shows. */
#define PERCENTILES_MAX 8

struct percentiles {
	unsigned int nr;
	double percent[PERCENTILES_MAX];
	char names[PERCENTILES_MAX][12]; /* `p99.9` */
};

extern const struct percentiles percentiles_default;

/*
 * Parses @list: numbers above 0 and up to 100, separated by commas, such as `50,90,99.9`. On an
 * error returns false and sets *@reason to a constant text.
 */
bool percentiles_parse(struct percentiles *percentiles, const char *list, const char **reason);

#endif
