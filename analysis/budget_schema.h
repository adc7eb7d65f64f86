/* SPDX-License-Identifier: MIT */
/*
 * The structs into which libcyaml reads the file of a budget. Private to the budget's modules.
 */
#ifndef SCPROF_ANALYSIS_BUDGET_SCHEMA_H
#define SCPROF_ANALYSIS_BUDGET_SCHEMA_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <stdint.h>

#include "analysis/budget.h"

struct budget_limit_text {
	char *max;
	char *growth;
};

struct budget_rule_text {
	char *name;
	char *syscall;
	char *process;
	char *in;
	char *under;
	char *region;
	char *error;
	struct budget_limit_text *limits[NR_BUDGET_METRICS];
	bool none;
	bool optional;
	uint32_t per;
	uint32_t *level; /* NULL: not given */
};

struct budget_text {
	uint32_t version;
	char *baseline;
	char **skips;
	uint32_t nr_skips;
	uint32_t *steady;
	struct budget_rule_text *rules;
	uint32_t nr_rules;
};

extern const cyaml_schema_value_t budget_schema;

#endif
