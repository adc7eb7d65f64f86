// SPDX-License-Identifier: MIT
/*
 * Few system calls wait, so they are found by a linear search.
 */
#include "analysis/waiting_sum.h"

#include <stdlib.h>

#include "analysis/waiting.h"
#include "profile/util/xalloc.h"

static struct waiting_call *find_call(struct waiting_sum *sum, uint32_t *capacity,
				      const struct sample_key *key)
{
	for (uint32_t i = 0; i < sum->nr; i++) {
		if (sum->calls[i].abi == key->abi && sum->calls[i].nr == key->nr)
			return &sum->calls[i];
	}
	sum->calls = xgrow(sum->calls, sum->nr, capacity, sizeof(*sum->calls));
	sum->calls[sum->nr] = (struct waiting_call){ .abi = key->abi, .nr = key->nr };
	return &sum->calls[sum->nr++];
}

static int compare_calls(const void *a, const void *b)
{
	const struct waiting_call *left = a, *right = b;

	if (left->totals.time_ns != right->totals.time_ns)
		return left->totals.time_ns > right->totals.time_ns ? -1 : 1;
	return left->nr < right->nr ? -1 : left->nr > right->nr;
}

void waiting_sum_init(struct waiting_sum *sum, const struct profile *profile,
		      const struct report_filter *filter)
{
	struct waiting waiting;
	uint32_t capacity = 0;

	*sum = (struct waiting_sum){ 0 };
	waiting_init(&waiting, profile);
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		const struct sample *sample = &profile->samples[i];
		struct totals totals = totals_of_sample(sample);

		if ((filter && !report_filter_has(filter, sample)) ||
		    !waiting_has(&waiting, sample))
			continue;
		totals_add(&sum->totals, &totals);
		totals_add(&find_call(sum, &capacity, &sample->key)->totals, &totals);
	}
	if (sum->nr)
		qsort(sum->calls, sum->nr, sizeof(*sum->calls), compare_calls);
}

void waiting_sum_fini(struct waiting_sum *sum)
{
	free(sum->calls);
	*sum = (struct waiting_sum){ 0 };
}
