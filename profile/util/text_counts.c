// SPDX-License-Identifier: MIT
/*
 * A sorted array: these sets are small, and their size is limited.
 */
#include "profile/util/text_counts.h"

#include <stdlib.h>
#include <string.h>

#include "profile/util/xalloc.h"

void text_counts_fini(struct text_counts *counts)
{
	for (uint32_t i = 0; i < counts->nr; i++)
		free(counts->list[i].text);
	free(counts->list);
	*counts = (struct text_counts){ 0 };
}

/* Returns the index of the first text that is not less than @text. */
static uint32_t lower_bound(const struct text_counts *counts, const char *text)
{
	uint32_t low = 0, high = counts->nr;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (strcmp(counts->list[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void insert(struct text_counts *counts, uint32_t at, const char *text, uint64_t count)
{
	counts->list = xgrow(counts->list, counts->nr, &counts->capacity, sizeof(*counts->list));
	memmove(&counts->list[at + 1], &counts->list[at],
		(counts->nr - at) * sizeof(*counts->list));
	counts->list[at] = (struct text_count){ xstrdup(text), count };
	counts->nr++;
}

void text_counts_add(struct text_counts *counts, const char *text, uint64_t count, uint32_t max)
{
	uint32_t at = lower_bound(counts, text);

	if (at < counts->nr && strcmp(counts->list[at].text, text) == 0) {
		if (__builtin_add_overflow(counts->list[at].count, count, &counts->list[at].count))
			counts->list[at].count = UINT64_MAX;
		return;
	}
	if (at < max)
		insert(counts, at, text, count);
	else
		counts->has_more = true;
	if (counts->nr > max) {
		free(counts->list[--counts->nr].text);
		counts->has_more = true;
	}
}
