/* SPDX-License-Identifier: MIT */
/*
 * What the fast engine did in a run: numbers that a profile holds in the fact "fast", as text for
 * people. Only this module knows the words of that text.
 */
#ifndef SCPROF_PROFILE_MODEL_GATE_COUNTS_H
#define SCPROF_PROFILE_MODEL_GATE_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/model/profile.h"

struct gate_counts {
	uint64_t counted;  /* calls that the gate counted */
	uint64_t recorded; /* calls that the gate recorded */
	uint64_t patched;  /* call sites */
	uint64_t gates;	   /* one for each process */
	uint64_t areas;	   /* one for each thread */
	uint64_t repaired; /* faults in the gate's comparison with a memo */
};

#define NR_GATE_COUNTS 6

/* One number: its name in JSON, and its words in the fact. */
struct gate_count {
	const char *name;
	const char *words;
};

/* In the order of the members of struct gate_counts. */
extern const struct gate_count gate_count_names[NR_GATE_COUNTS];
uint64_t gate_counts_value(const struct gate_counts *counts, unsigned int index);

void gate_counts_set(struct profile *profile, const struct gate_counts *counts);
/*
 * Reads the fact, also that of a merged profile. Returns false, and all numbers are 0, if the fast
 * engine was not used.
 */
bool gate_counts_get(const struct profile *profile, struct gate_counts *counts);

#endif
