// SPDX-License-Identifier: MIT
/*
 * The histogram shows in which bucket a percentile is. The result is the mean of the calls in that
 * bucket. Like the true value, it is inside the bucket; if the bucket holds one call, it is exact.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/latency.h"

const struct percentiles percentiles_default = {
	.nr = 2,
	.percent = { 50, 99 },
	.names = { "p50", "p99" },
};

void latencies_add(struct latencies *latencies, const struct sample *sample)
{
	uint64_t *time_ns = &latencies->time_ns[sample->key.bucket];

	histogram_add(&latencies->histogram, sample->key.bucket, sample->calls);
	if (__builtin_add_overflow(*time_ns, sample->time_ns, time_ns))
		*time_ns = UINT64_MAX;
}

static uint64_t mean_in_bucket(const struct latencies *latencies, uint64_t lower)
{
	unsigned int bucket = histogram_bucket(lower);
	uint64_t calls = latencies->histogram.calls[bucket];
	uint64_t mean = calls ? latencies->time_ns[bucket] / calls : 0;

	if (mean < lower)
		return lower;
	return mean > histogram_upper(bucket) ? histogram_upper(bucket) : mean;
}

uint64_t latencies_percentile(const struct latencies *latencies, double percent)
{
	return mean_in_bucket(latencies,
			      histogram_percentile(&latencies->histogram, percent / 100));
}

uint64_t latencies_max(const struct latencies *latencies)
{
	return mean_in_bucket(latencies, histogram_max(&latencies->histogram));
}

/* Parses the number at *@text and skips the comma after it. */
static const char *parse_one(struct percentiles *percentiles, const char **text)
{
	char *name = percentiles->names[percentiles->nr];
	size_t length = strcspn(*text, ",");
	char *end;
	double percent;

	if (strspn(*text, "0123456789.") < length || !length)
		return "it is a list of numbers, such as 50,90,99.9";
	percent = strtod(*text, &end);
	if (end != *text + length || !(percent > 0 && percent <= 100))
		return "each number is above 0 and at most 100";
	if (length + 1 >= sizeof(percentiles->names[0]))
		return "a number has too many digits";
	snprintf(name, sizeof(percentiles->names[0]), "p%.*s", (int)length, *text);
	percentiles->percent[percentiles->nr] = percent;
	*text += length + ((*text)[length] == ',');
	return NULL;
}

bool percentiles_parse(struct percentiles *percentiles, const char *list, const char **reason)
{
	const char *text = list;
	size_t length = strlen(list);

	*percentiles = (struct percentiles){ 0 };
	*reason = "it is a list of numbers, such as 50,90,99.9";
	if (!length || list[length - 1] == ',')
		return false;
	while (*text) {
		*reason = "at most 8 numbers";
		if (percentiles->nr == PERCENTILES_MAX)
			return false;
		*reason = parse_one(percentiles, &text);
		if (*reason)
			return false;
		for (unsigned int i = 0; i < percentiles->nr; i++) {
			*reason = "a number is there twice";
			if (percentiles->percent[i] == percentiles->percent[percentiles->nr])
				return false;
		}
		percentiles->nr++;
	}
	return true;
}
