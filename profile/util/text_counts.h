/* SPDX-License-Identifier: MIT */
/*
 * A set of texts, each with a number, sorted and of bounded size: when there are too many texts
 * the greatest are dropped, so what is kept does not depend on the order in which they came.
 */
#ifndef SCPROF_PROFILE_UTIL_TEXT_COUNTS_H
#define SCPROF_PROFILE_UTIL_TEXT_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

struct text_count {
	char *text;
	uint64_t count;
};

/* All zero is the empty set. */
struct text_counts {
	struct text_count *list; /* by text, in the order of strcmp */
	uint32_t nr;
	uint32_t capacity;
	bool has_more; /* some were dropped */
};

void text_counts_fini(struct text_counts *counts);

/*
 * Adds @count to that of @text, up to UINT64_MAX; keeps at most @max texts, which is greater than
 * 0.
 */
void text_counts_add(struct text_counts *counts, const char *text, uint64_t count, uint32_t max);

#endif
