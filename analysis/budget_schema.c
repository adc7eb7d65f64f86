// SPDX-License-Identifier: MIT
/*
 * The keys of a budget file. Amounts are text, because they can have units or be percentages.
 */
#include "analysis/budget_schema.h"

#define OPTIONAL_TEXT(key, structure, member)                                                    \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, structure, member, \
			       0, CYAML_UNLIMITED)
#define OPTIONAL_LIMIT(key, metric)                                            \
	CYAML_FIELD_MAPPING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, \
				struct budget_rule_text, limits[metric], limit_fields)

static const cyaml_strval_t levels[] = {
	{ "off", BUDGET_OFF },
	{ "warn", BUDGET_WARN },
	{ "error", BUDGET_ERROR },
};

static const cyaml_strval_t pers[] = {
	{ "total", BUDGET_PER_TOTAL },
	{ "site", BUDGET_PER_SITE },
};

static const cyaml_schema_field_t limit_fields[] = {
	OPTIONAL_TEXT("max", struct budget_limit_text, max),
	OPTIONAL_TEXT("growth", struct budget_limit_text, growth),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t rule_fields[] = {
	OPTIONAL_TEXT("name", struct budget_rule_text, name),
	OPTIONAL_TEXT("syscall", struct budget_rule_text, syscall),
	OPTIONAL_TEXT("process", struct budget_rule_text, process),
	OPTIONAL_TEXT("in", struct budget_rule_text, in),
	OPTIONAL_TEXT("under", struct budget_rule_text, under),
	OPTIONAL_TEXT("region", struct budget_rule_text, region),
	OPTIONAL_TEXT("errno", struct budget_rule_text, error),
	OPTIONAL_LIMIT("calls", BUDGET_CALLS),
	OPTIONAL_LIMIT("errors", BUDGET_ERRORS),
	OPTIONAL_LIMIT("bytes", BUDGET_BYTES),
	OPTIONAL_LIMIT("time", BUDGET_TIME),
	CYAML_FIELD_BOOL("none", CYAML_FLAG_OPTIONAL, struct budget_rule_text, none),
	CYAML_FIELD_BOOL("optional", CYAML_FLAG_OPTIONAL, struct budget_rule_text, optional),
	CYAML_FIELD_ENUM("per", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct budget_rule_text,
			 per, pers, CYAML_ARRAY_LEN(pers)),
	CYAML_FIELD_ENUM_PTR("level", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT,
			     struct budget_rule_text, level, levels, CYAML_ARRAY_LEN(levels)),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t rule_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct budget_rule_text, rule_fields),
};

static const cyaml_schema_value_t text_schema = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t file_fields[] = {
	CYAML_FIELD_UINT("version", CYAML_FLAG_OPTIONAL, struct budget_text, version),
	OPTIONAL_TEXT("baseline", struct budget_text, baseline),
	CYAML_FIELD_SEQUENCE_COUNT("skip", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
				   struct budget_text, skips, nr_skips, &text_schema, 0,
				   CYAML_UNLIMITED),
	CYAML_FIELD_ENUM_PTR("steady", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT,
			     struct budget_text, steady, levels, CYAML_ARRAY_LEN(levels)),
	CYAML_FIELD_SEQUENCE_COUNT("rules", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
				   struct budget_text, rules, nr_rules, &rule_schema, 0,
				   CYAML_UNLIMITED),
	CYAML_FIELD_END,
};

const cyaml_schema_value_t budget_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct budget_text, file_fields),
};
