// SPDX-License-Identifier: MIT
/*
 * The budget that applies without a file, which has only the built-in rule; and the amounts in a
 * budget: a decimal number followed, for bytes and time, by a unit, with or without a space
 * between.
 */
#include "analysis/budget.h"

#include <stdlib.h>
#include <string.h>

#include "profile/util/pattern.h"
#include "profile/util/xalloc.h"

#define MAX_AMOUNT 1.8e19 /* the largest amount that fits into 64 bits */

struct unit {
	const char *name;
	double factor;
};

static const struct unit count_units[] = { { "", 1 }, { NULL, 0 } };
static const struct unit byte_units[] = {
	{ "", 1 },     { "B", 1 },	   { "kB", 1e3 },      { "KB", 1e3 },	   { "MB", 1e6 },
	{ "GB", 1e9 }, { "KiB", 1 << 10 }, { "MiB", 1 << 20 }, { "GiB", 1 << 30 }, { NULL, 0 },
};
/* There is no default unit, because a time without a unit would be ambiguous. */
static const struct unit time_units[] = {
	{ "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 }, { "min", 60e9 }, { NULL, 0 },
};

const char *const budget_metric_names[NR_BUDGET_METRICS] = { "calls", "errors", "bytes", "time" };
const char *const budget_level_names[NR_BUDGET_LEVELS] = { "off", "warn", "error" };

void budget_init(struct budget *budget)
{
	*budget = (struct budget){ .nr_rules = 1 };
	budget->rules = xcalloc(1, sizeof(*budget->rules));
	budget->rules[0] = (struct budget_rule){
		.name = xstrdup("no steady call site may make more calls"),
		.level = BUDGET_ERROR,
		.per = BUDGET_PER_SITE,
		.is_optional = true,
		.limits[BUDGET_CALLS] = { .has_growth = true },
	};
}

void budget_fini(struct budget *budget)
{
	for (uint32_t i = 0; i < budget->nr_rules; i++) {
		struct budget_rule *rule = &budget->rules[i];

		free(rule->name);
		free(rule->syscalls);
		pattern_free(rule->process);
		pattern_free(rule->in);
		pattern_free(rule->under);
		pattern_free(rule->region);
		free(rule->errors);
	}
	for (uint32_t i = 0; i < budget->nr_skips; i++)
		free(budget->skips[i]);
	free(budget->skips);
	free(budget->rules);
	free(budget->path);
	free(budget->baseline);
	*budget = (struct budget){ 0 };
}

bool budget_parse_amount(const char *text, enum budget_metric metric, double *amount)
{
	const struct unit *unit = metric == BUDGET_TIME	   ? time_units
				  : metric == BUDGET_BYTES ? byte_units
							   : count_units;
	size_t length = strspn(text, "0123456789.");
	char *end;
	double number;

	if (length == 0 || length > 20)
		return false;
	number = strtod(text, &end);
	if (end != text + length)
		return false;
	end += strspn(end, " ");
	for (; unit->name; unit++) {
		if (strcmp(unit->name, end))
			continue;
		number *= unit->factor;
		if (number >= MAX_AMOUNT)
			return false;
		*amount = number;
		return true;
	}
	return false;
}
