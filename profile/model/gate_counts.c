/* SPDX-License-Identifier: MIT */
/*
 * The fact is a list such as "7900 calls counted in place, 4 recorded in place, …". In a merged
 * profile the items may be in another order.
 */
#include "profile/model/gate_counts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/xalloc.h"

#define FACT  "fast"
#define COMMA ", "

const struct gate_count gate_count_names[NR_GATE_COUNTS] = {
	{ "counted", "calls counted in place" },
	{ "recorded", "recorded in place" },
	{ "patched", "sites patched" },
	{ "gates", "gates" },
	{ "areas", "areas" },
	{ "repaired", "faults repaired" },
};

static uint64_t *value_of(struct gate_counts *counts, unsigned int index)
{
	uint64_t *const values[NR_GATE_COUNTS] = {
		&counts->counted, &counts->recorded, &counts->patched,
		&counts->gates,	  &counts->areas,    &counts->repaired,
	};

	return values[index];
}

uint64_t gate_counts_value(const struct gate_counts *counts, unsigned int index)
{
	struct gate_counts copy = *counts;

	return *value_of(&copy, index);
}

void gate_counts_set(struct profile *profile, const struct gate_counts *counts)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		xalloc_fail();
	for (unsigned int i = 0; i < NR_GATE_COUNTS; i++)
		fprintf(stream, "%s%" PRIu64 " %s", i ? COMMA : "", gate_counts_value(counts, i),
			gate_count_names[i].words);
	if (fclose(stream))
		xalloc_fail();
	profile_set_fact(profile, FACT, "%s", text);
	free(text);
}

/* Stores @number if the @size bytes at @words are the words of a number. */
static void take(struct gate_counts *counts, uint64_t number, const char *words, size_t size)
{
	for (unsigned int i = 0; i < NR_GATE_COUNTS; i++)
		if (strlen(gate_count_names[i].words) == size &&
		    strncmp(gate_count_names[i].words, words, size) == 0)
			*value_of(counts, i) = number;
}

bool gate_counts_get(const struct profile *profile, struct gate_counts *counts)
{
	const char *at = profile_fact(profile, FACT);
	bool is_there = at != NULL;

	memset(counts, 0, sizeof(*counts));
	while (at) {
		char *words;
		uint64_t number = strtoull(at, &words, 10);
		const char *end = strstr(words, COMMA);

		words += *words == ' ';
		take(counts, number, words, end ? (size_t)(end - words) : strlen(words));
		at = end ? end + strlen(COMMA) : NULL;
	}
	return is_there;
}
