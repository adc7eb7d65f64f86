// SPDX-License-Identifier: MIT
/*
 * The class is a set of numbers, so a sample is decided without looking at names. Names decide only
 * for the few other calls that can block, which are compared by number in each ABI.
 */
#include "analysis/waiting.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/call_class.h"
#include "profile/model/file_kind.h"
#include "profile/model/histogram.h"
#include "profile/util/xalloc.h"

void waiting_init(struct waiting *waiting, const struct profile *profile)
{
	char *error = NULL;

	*waiting = (struct waiting){ .profile = profile };
	if (syscall_set_parse(&waiting->calls, "%wait", &error))
		free(error);
}

static bool is_terminal(const char *path)
{
	return !strncmp(path, "/dev/pts/", 9) || !strncmp(path, "/dev/tty", 8) ||
	       !strcmp(path, "/dev/console");
}

/* Returns true if the file of @key is one on which a read waits until somebody writes. */
static bool is_awaited_file(const struct profile *profile, const struct sample_key *key)
{
	return key->kind == FILE_KIND_PIPE || key->kind == FILE_KIND_SOCKET ||
	       (key->kind == FILE_KIND_DEVICE &&
		is_terminal(string_table_get(&profile->strings, key->path)));
}

bool waiting_has(const struct waiting *waiting, const struct sample *sample)
{
	const struct sample_key *key = &sample->key;
	uint64_t lower = histogram_lower(key->bucket);
	enum call_class class;

	if (lower < WAITING_LEAST_NS)
		return false;
	if (syscall_set_has(&waiting->calls, key->abi, key->nr))
		return true;
	class = call_class_of(syscall_name(key->abi, key->nr));
	if (class != CLASS_RECEIVE &&
	    (class != CLASS_READ || !is_awaited_file(waiting->profile, key)))
		return false;
	return sample->calls && lower - WAITING_LEAST_NS >= sample->bytes / sample->calls;
}

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
