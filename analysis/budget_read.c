// SPDX-License-Identifier: MIT
/*
 * Reads the rules of a budget from its file. Checks what the YAML schema cannot express: sets of
 * calls, regular expressions, amounts, and that each rule has a limit.
 */
#include "analysis/budget_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/budget_schema.h"
#include "profile/util/nearest.h"
#include "profile/util/pattern.h"
#include "profile/util/xalloc.h"
#include "profile/util/yaml_text.h"

#define MAX_SIZE (1u << 20)

struct reading {
	struct yaml_text yaml;
	uint32_t index;
	char *error; /* the first error */
};

static void complain(struct reading *reading, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void complain(struct reading *reading, const char *key, const char *format, ...)
{
	va_list args;

	if (reading->error)
		return;
	va_start(args, format);
	reading->error = yaml_text_complaint_args(&reading->yaml, "rules", reading->index, key,
						  format, args);
	va_end(args);
}

static struct pattern *read_pattern(struct reading *reading, const char *key, const char *text)
{
	struct pattern *pattern;
	char *message;

	if (!text)
		return NULL;
	pattern = pattern_compile(text, &message);
	if (!pattern)
		complain(reading, key, "%s: %s", key, message);
	free(message);
	return pattern;
}

static struct syscall_set *read_syscalls(struct reading *reading, const char *spec)
{
	struct syscall_set *set;
	char *error = NULL;

	if (!spec)
		return NULL;
	set = xcalloc(1, sizeof(*set));
	if (!syscall_set_parse(set, spec, &error))
		return set;
	complain(reading, "syscall", "%s", error);
	free(error);
	free(set);
	return NULL;
}

/* `ENOENT,EACCES` */
static void read_errors(struct reading *reading, struct budget_rule *rule, const char *list)
{
	uint32_t capacity = 0;

	while (list && *list) {
		size_t length = strcspn(list, ", ");
		char *name = xasprintf("%.*s", (int)length, list);
		int error = *name ? syscall_errno_from_name(name) : 0;

		if (error > 0) {
			rule->errors = xgrow(rule->errors, rule->nr_errors, &capacity,
					     sizeof(*rule->errors));
			rule->errors[rule->nr_errors++] = (uint32_t)error;
		} else if (*name) {
			complain(reading, "errno",
				 "'%s' is not the name of an error, such as ENOENT", name);
		}
		free(name);
		list += length + strspn(list + length, ", ");
	}
}

static void read_limit(struct reading *reading, struct budget_rule *rule, enum budget_metric metric,
		       const struct budget_limit_text *text)
{
	struct budget_limit *limit = &rule->limits[metric];
	const char *key = budget_metric_names[metric];
	double max = 0;

	if (!text)
		return;
	if (text->max) {
		limit->has_max = true;
		if (!budget_parse_amount(text->max, metric, &max))
			complain(reading, key, "max '%s' is not an amount of %s%s", text->max, key,
				 metric == BUDGET_TIME ? ", such as 10ms" : "");
		limit->max = (uint64_t)max;
	}
	if (text->growth) {
		char *growth = xstrdup(text->growth);
		size_t length = strlen(growth);

		limit->has_growth = true;
		limit->is_percent = length && growth[length - 1] == '%';
		if (limit->is_percent)
			growth[length - 1] = '\0';
		if (!budget_parse_amount(growth, limit->is_percent ? BUDGET_CALLS : metric,
					 &limit->growth))
			complain(reading, key, "growth '%s' is neither a percentage nor %s%s",
				 text->growth, key, metric == BUDGET_TIME ? ", such as 10ms" : "");
		free(growth);
	}
	if (!text->max && !text->growth)
		complain(reading, key, "'%s' needs 'max' or 'growth'", key);
}

static bool has_limit(const struct budget_rule *rule)
{
	bool has = rule->is_none || rule->level == BUDGET_OFF;

	for (int metric = 0; metric < NR_BUDGET_METRICS; metric++)
		has = has || rule->limits[metric].has_max || rule->limits[metric].has_growth;
	return has;
}

static void name_rule(struct budget_rule *rule, const struct budget_rule_text *text)
{
	const char *parts[][2] = {
		{ "", text->syscall },		{ "in ", text->in },
		{ "under ", text->under },	{ "of ", text->process },
		{ "in region ", text->region }, { "with ", text->error },
	};

	rule->name = xstrdup(text->name ? text->name : "");
	for (size_t i = 0; !text->name && i < sizeof(parts) / sizeof(parts[0]); i++) {
		char *longer;

		if (!parts[i][1])
			continue;
		longer = xasprintf("%s%s%s%s", rule->name, *rule->name ? " " : "", parts[i][0],
				   parts[i][1]);
		free(rule->name);
		rule->name = longer;
	}
	if (!*rule->name) {
		free(rule->name);
		rule->name = xstrdup("all calls");
	}
}

static void read_rule(struct reading *reading, struct budget_rule *rule,
		      const struct budget_rule_text *text)
{
	name_rule(rule, text);
	rule->line = yaml_text_line(&reading->yaml, "rules", reading->index);
	rule->level = text->level ? (enum budget_level) * text->level : BUDGET_ERROR;
	rule->per = (enum budget_per)text->per;
	rule->is_none = text->none;
	rule->is_optional = text->optional;
	rule->syscalls = read_syscalls(reading, text->syscall);
	rule->process = read_pattern(reading, "process", text->process);
	rule->in = read_pattern(reading, "in", text->in);
	rule->under = read_pattern(reading, "under", text->under);
	rule->region = read_pattern(reading, "region", text->region);
	read_errors(reading, rule, text->error);
	for (int metric = 0; metric < NR_BUDGET_METRICS; metric++)
		read_limit(reading, rule, (enum budget_metric)metric, text->limits[metric]);
	if (!has_limit(rule))
		complain(reading, NULL,
			 "the rule limits nothing: it needs calls, errors, bytes, time, "
			 "'none: true' or 'level: off'");
}

static void check_skips(struct reading *reading, const struct budget *budget)
{
	for (uint32_t i = 0; i < budget->nr_skips && !reading->error; i++) {
		char *message = NULL;

		pattern_free(pattern_compile(budget->skips[i], &message));
		if (message)
			reading->error = yaml_text_complaint(&reading->yaml, NULL, 0, "skip",
							     "skip: %s", message);
		free(message);
	}
}

static void read_file(struct reading *reading, struct budget *budget)
{
	const struct budget_text *text = reading->yaml.data;

	if (text->version > BUDGET_VERSION)
		reading->error =
			yaml_text_complaint(&reading->yaml, NULL, 0, "version",
					    "version %u is unknown: this scprof reads version %d",
					    text->version, BUDGET_VERSION);
	budget->baseline = text->baseline ? xstrdup(text->baseline) : NULL;
	budget->skips = xcalloc((size_t)text->nr_skips + 1, sizeof(*budget->skips));
	for (; budget->nr_skips < text->nr_skips; budget->nr_skips++)
		budget->skips[budget->nr_skips] = xstrdup(text->skips[budget->nr_skips]);
	if (text->steady)
		budget->rules[0].level = (enum budget_level) * text->steady;
	budget->rules =
		xreallocarray(budget->rules, (size_t)text->nr_rules + 1, sizeof(*budget->rules));
	for (; reading->index < text->nr_rules; reading->index++) {
		struct budget_rule *rule = &budget->rules[budget->nr_rules++];

		*rule = (struct budget_rule){ 0 };
		read_rule(reading, rule, &text->rules[reading->index]);
	}
	check_skips(reading, budget);
}

int budget_parse(struct budget *budget, const char *path, const char *text, size_t size,
		 char **error)
{
	struct reading reading = { 0 };
	int err = yaml_text_load(&reading.yaml, path, text, size, &budget_schema, error);

	if (err)
		return err;
	budget_init(budget);
	budget->path = xstrdup(path);
	read_file(&reading, budget);
	yaml_text_fini(&reading.yaml);
	*error = reading.error;
	if (!*error)
		return 0;
	budget_fini(budget);
	return -EBADMSG;
}

int budget_read(struct budget *budget, const char *path, char **error)
{
	char *text;
	size_t size;
	int err = yaml_text_read_file(path, MAX_SIZE, &text, &size, error);

	if (err)
		return err;
	err = budget_parse(budget, path, text, size, error);
	free(text);
	return err;
}
