/* SPDX-License-Identifier: MIT */
/*
 * A set of texts, each with a count, sorted, and of limited size. If there are too many texts, the
 * last in the order of strcmp() are dropped. So the result does not depend on the order of the
 * additions.
 */
#ifndef SCPROF_PROFILE_UTIL_TEXT_COUNTS_H
#define SCPROF_PROFILE_UTIL_TEXT_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

struct text_count {
	char *text;
	uint64_t count;
};

/* { 0 } is the empty set. */
struct text_counts {
	struct text_count *list; /* sorted by text, in the order of strcmp() */
	uint32_t nr;
	uint32_t capacity;
	bool has_more; /* some were dropped */
};

void text_counts_fini(struct text_counts *counts);

/*
 * Adds @count to the count of @text, up to UINT64_MAX. Keeps at most @max texts, which must be
 * above 0.
 */
void text_counts_add(struct text_counts *counts, const char *text, uint64_t count, uint32_t max);

#endif
