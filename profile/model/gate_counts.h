/* SPDX-License-Identifier: MIT */
/*
 * What the fast engine did in a run. A profile contains these numbers in the fact "fast", as text
 * that people can read. Only this module writes and reads that text.
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
 * Reads the fact, which may be from a merged profile. Returns false if the fast engine was not
 * used; then all numbers are 0.
 */
bool gate_counts_get(const struct profile *profile, struct gate_counts *counts);

#endif
