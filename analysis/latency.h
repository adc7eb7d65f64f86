/* SPDX-License-Identifier: MIT */
/*
 * The latencies of some samples: how many calls are in which bucket, and what they took together,
 * so that a percentile can be told as the mean of the calls in its bucket.
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

/* Adds the calls of @sample to @latencies, which is all zeros at first. */
void latencies_add(struct latencies *latencies, const struct sample *sample);

/*
 * Returns, in nanoseconds, what @percent of the calls take at most, to within a bucket; 0 when
 * there are no calls. latencies_max is the same for the slowest call.
 */
uint64_t latencies_percentile(const struct latencies *latencies, double percent);
uint64_t latencies_max(const struct latencies *latencies);

/* Which percentiles a report shows. */
#define PERCENTILES_MAX 8

struct percentiles {
	unsigned int nr;
	double percent[PERCENTILES_MAX];
	char names[PERCENTILES_MAX][12]; /* `p99.9` */
};

extern const struct percentiles percentiles_default;

/*
 * Parses @list, numbers above 0 and up to 100 with commas between them: `50,90,99.9`. On failure
 * returns false, with a text in *@reason that says why and needs no freeing.
 */
bool percentiles_parse(struct percentiles *percentiles, const char *list, const char **reason);

#endif
