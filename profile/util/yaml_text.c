// SPDX-License-Identifier: MIT
/*
 * First walks libyaml's document, which knows the position of each node, along the schema. Only a
 * valid document is passed to libcyaml. The walk is only as deep as the schema.
 */
#include "profile/util/yaml_text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/nearest.h"
#include "profile/util/xalloc.h"
#include "profile/util/yaml_compose.h"

#define MAX_MESSAGE 500 /* bytes; a value can be as long as the file */

static char *complain(const struct yaml_text *yaml, yaml_mark_t mark, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static char *complain_args(const struct yaml_text *yaml, yaml_mark_t mark, const char *format,
			   va_list args) __attribute__((format(printf, 3, 0)));

static char *complain_args(const struct yaml_text *yaml, yaml_mark_t mark, const char *format,
			   va_list args)
{
	char *message = xvasprintf(format, args);
	bool is_long = strlen(message) > MAX_MESSAGE;
	char *line = xasprintf("%s:%zu:%zu: %.*s%s", yaml->path, mark.line + 1, mark.column + 1,
			       MAX_MESSAGE, message, is_long ? "..." : "");

	free(message);
	return line;
}

static char *complain(const struct yaml_text *yaml, yaml_mark_t mark, const char *format, ...)
{
	va_list args;
	char *line;

	va_start(args, format);
	line = complain_args(yaml, mark, format, args);
	va_end(args);
	return line;
}

static const char *scalar(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

static yaml_node_t *node_of(struct yaml_text *yaml, int id)
{
	return yaml_document_get_node(&yaml->document, id);
}

static char *check_value(struct yaml_text *yaml, const yaml_node_t *node, const char *key,
			 const struct cyaml_schema_value *schema);

static char *unknown_key(const struct yaml_text *yaml, const yaml_node_t *key,
			 const struct cyaml_schema_field *fields)
{
	struct nearest nearest;
	char *suggestion, *list = xstrdup(""), *error;

	nearest_init(&nearest, scalar(key));
	for (const struct cyaml_schema_field *field = fields; field->key; field++) {
		char *longer = xasprintf("%s%s%s", list, *list ? ", " : "", field->key);

		free(list);
		list = longer;
		nearest_offer(&nearest, field->key);
	}
	suggestion = nearest_text(&nearest);
	if (*suggestion)
		error = complain(yaml, key->start_mark, "unknown key '%s'%s", scalar(key),
				 suggestion);
	else
		error = complain(yaml, key->start_mark, "unknown key '%s': it is one of %s",
				 scalar(key), list);
	free(suggestion);
	free(list);
	return error;
}

static bool has_nul(const yaml_node_t *node)
{
	return strlen(scalar(node)) != node->data.scalar.length;
}

static char *check_pair(struct yaml_text *yaml, const yaml_node_t *key, const yaml_node_t *value,
			const struct cyaml_schema_field *fields)
{
	if (key->type != YAML_SCALAR_NODE || has_nul(key))
		return complain(yaml, key->start_mark, "a key must be a word");
	for (const struct cyaml_schema_field *field = fields; field->key; field++) {
		if (!strcmp(field->key, scalar(key)))
			return check_value(yaml, value, field->key, &field->value);
	}
	return unknown_key(yaml, key, fields);
}

/* Returns true if the key of @pair occurs earlier in @node. Both keys are scalars. */
static bool is_repeated(struct yaml_text *yaml, const yaml_node_t *node,
			const yaml_node_pair_t *pair)
{
	const char *key = scalar(node_of(yaml, pair->key));

	for (const yaml_node_pair_t *p = node->data.mapping.pairs.start; p < pair; p++) {
		if (!strcmp(scalar(node_of(yaml, p->key)), key))
			return true;
	}
	return false;
}

static bool has_key(struct yaml_text *yaml, const yaml_node_t *node, const char *key)
{
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		if (!strcmp(scalar(node_of(yaml, pair->key)), key))
			return true;
	}
	return false;
}

static char *check_mapping(struct yaml_text *yaml, const yaml_node_t *node, const char *name,
			   const struct cyaml_schema_field *fields)
{
	if (node->type != YAML_MAPPING_NODE)
		return complain(yaml, node->start_mark, "'%s' must hold keys with values", name);
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key = node_of(yaml, pair->key);
		char *error = check_pair(yaml, key, node_of(yaml, pair->value), fields);

		if (error)
			return error;
		if (is_repeated(yaml, node, pair))
			return complain(yaml, key->start_mark, "'%s' is given twice", scalar(key));
	}
	for (; fields->key; fields++) {
		if (!(fields->value.flags & CYAML_FLAG_OPTIONAL) &&
		    !has_key(yaml, node, fields->key))
			return complain(yaml, node->start_mark, "the key '%s' is missing",
					fields->key);
	}
	return NULL;
}

static char *check_sequence(struct yaml_text *yaml, const yaml_node_t *node, const char *name,
			    const struct cyaml_schema_value *schema)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return complain(yaml, node->start_mark, "'%s' must be a list", name);
	for (const yaml_node_item_t *item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top; item++) {
		char *error = check_value(yaml, node_of(yaml, *item), name, schema->sequence.entry);

		if (error)
			return error;
	}
	return NULL;
}

static char *check_number(const struct yaml_text *yaml, const yaml_node_t *node, const char *name,
			  const struct cyaml_schema_value *schema)
{
	const char *text = scalar(node);
	uint64_t greatest = UINT64_MAX >> (64 - 8 * schema->data_size);
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !*end && !errno && number <= greatest &&
	    (*text != '0' || !text[1]))
		return NULL;
	return complain(yaml, node->start_mark, "%s '%s' is not a number from 0 to %llu", name,
			text, (unsigned long long)greatest);
}

static char *check_word(const struct yaml_text *yaml, const yaml_node_t *node, const char *name,
			const struct cyaml_schema_value *schema)
{
	struct nearest nearest;
	char *suggestion, *error;

	nearest_init(&nearest, scalar(node));
	for (uint32_t i = 0; i < schema->enumeration.count; i++) {
		if (!strcmp(schema->enumeration.strings[i].str, scalar(node)))
			return NULL;
		nearest_offer(&nearest, schema->enumeration.strings[i].str);
	}
	suggestion = nearest_text(&nearest);
	error = complain(yaml, node->start_mark, "%s '%s' is unknown%s", name, scalar(node),
			 suggestion);
	free(suggestion);
	return error;
}

static char *check_scalar(const struct yaml_text *yaml, const yaml_node_t *node, const char *name,
			  const struct cyaml_schema_value *schema)
{
	if (node->type != YAML_SCALAR_NODE)
		return complain(yaml, node->start_mark, "'%s' must be one value", name);
	if (has_nul(node))
		return complain(yaml, node->start_mark, "'%s' holds a NUL byte", name);
	switch (schema->type) {
	case CYAML_UINT:
		return check_number(yaml, node, name, schema);
	case CYAML_ENUM:
		return check_word(yaml, node, name, schema);
	case CYAML_BOOL:
		if (strcmp(scalar(node), "true") && strcmp(scalar(node), "false"))
			return complain(yaml, node->start_mark, "%s '%s' is neither true nor false",
					name, scalar(node));
		return NULL;
	default:
		if (!*scalar(node))
			return complain(yaml, node->start_mark, "'%s' is empty", name);
		return NULL;
	}
}

static char *check_value(struct yaml_text *yaml, const yaml_node_t *node, const char *key,
			 const struct cyaml_schema_value *schema)
{
	switch (schema->type) {
	case CYAML_MAPPING:
		return check_mapping(yaml, node, key, schema->mapping.fields);
	case CYAML_SEQUENCE:
		return check_sequence(yaml, node, key, schema);
	default:
		return check_scalar(yaml, node, key, schema);
	}
}

/* Returns libyaml's own reason, with its position. */
static char *parser_error(const struct yaml_text *yaml, const yaml_parser_t *parser)
{
	const char *problem = parser->problem ? parser->problem : "cannot be parsed";

	if (parser->error == YAML_MEMORY_ERROR)
		xalloc_fail();
	if (parser->error == YAML_READER_ERROR)
		return xasprintf("%s: not valid UTF-8 at byte %zu: %s", yaml->path,
				 parser->problem_offset, problem);
	return complain(yaml, parser->problem_mark, "%s%s", problem,
			strstr(problem, "cannot start") ? ": put the value in quotes" : "");
}

/* Parses the document. Returns NULL on success; then the caller deletes yaml->document. */
static char *parse(struct yaml_text *yaml, const char *text, size_t size)
{
	yaml_parser_t parser;
	yaml_mark_t mark;
	char *problem, *error = NULL;

	if (!yaml_parser_initialize(&parser))
		xalloc_fail();
	if (!yaml_compose(&yaml->document, &parser, text, size, &problem, &mark))
		error = problem ? complain(yaml, mark, "%s", problem) : parser_error(yaml, &parser);
	free(problem);
	yaml_parser_delete(&parser);
	return error;
}

static char *load_data(struct yaml_text *yaml, const char *text, size_t size)
{
	const cyaml_config_t config = {
		.mem_fn = cyaml_mem,
		.log_level = CYAML_LOG_ERROR,
		.flags = CYAML_CFG_NO_ALIAS,
	};
	cyaml_err_t err = cyaml_load_data((const uint8_t *)text, size, &config, yaml->schema,
					  &yaml->data, NULL);

	if (err == CYAML_ERR_OOM)
		xalloc_fail();
	if (err != CYAML_OK)
		return xasprintf("%s: %s", yaml->path, cyaml_strerror(err));
	return NULL;
}

int yaml_text_load(struct yaml_text *yaml, const char *path, const char *text, size_t size,
		   const struct cyaml_schema_value *schema, char **error)
{
	const yaml_node_t *root;

	*yaml = (struct yaml_text){ .path = path, .schema = schema };
	*error = parse(yaml, text, size);
	if (*error)
		return -EBADMSG;
	root = yaml_document_get_root_node(&yaml->document);
	if (!root)
		*error = xasprintf("%s: the file is empty", path);
	else
		*error = check_mapping(yaml, root, "the file", schema->mapping.fields);
	if (!*error)
		*error = load_data(yaml, text, size);
	if (!*error)
		return 0;
	yaml_document_delete(&yaml->document);
	return -EBADMSG;
}

void yaml_text_fini(struct yaml_text *yaml)
{
	const cyaml_config_t config = { .mem_fn = cyaml_mem };

	cyaml_free(&config, yaml->schema, yaml->data, 0);
	yaml_document_delete(&yaml->document);
	*yaml = (struct yaml_text){ 0 };
}

static yaml_node_t *find(struct yaml_text *yaml, yaml_node_t *node, const char *key)
{
	if (!node || node->type != YAML_MAPPING_NODE)
		return NULL;
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		if (!strcmp(scalar(node_of(yaml, pair->key)), key))
			return node_of(yaml, pair->value);
	}
	return NULL;
}

static yaml_mark_t place_of(struct yaml_text *yaml, const char *list, uint32_t index,
			    const char *key)
{
	yaml_node_t *node = yaml_document_get_root_node(&yaml->document);
	yaml_node_t *found = list ? find(yaml, node, list) : NULL;

	if (found && found->type == YAML_SEQUENCE_NODE &&
	    index < (size_t)(found->data.sequence.items.top - found->data.sequence.items.start))
		node = node_of(yaml, found->data.sequence.items.start[index]);
	found = key ? find(yaml, node, key) : NULL;
	return found ? found->start_mark : node->start_mark;
}

char *yaml_text_complaint_args(struct yaml_text *yaml, const char *list, uint32_t index,
			       const char *key, const char *format, va_list args)
{
	return complain_args(yaml, place_of(yaml, list, index, key), format, args);
}

char *yaml_text_complaint(struct yaml_text *yaml, const char *list, uint32_t index, const char *key,
			  const char *format, ...)
{
	va_list args;
	char *line;

	va_start(args, format);
	line = yaml_text_complaint_args(yaml, list, index, key, format, args);
	va_end(args);
	return line;
}

uint32_t yaml_text_line(struct yaml_text *yaml, const char *list, uint32_t index)
{
	return (uint32_t)place_of(yaml, list, index, NULL).line + 1;
}

int yaml_text_read_file(const char *path, size_t max_size, char **text, size_t *size, char **error)
{
	FILE *file = fopen(path, "re");
	size_t capacity = 0;
	int err = 0;

	*text = NULL;
	*size = 0;
	if (!file) {
		err = errno;
		*error = xasprintf("cannot open '%s': %s", path, strerror(err));
		return -err;
	}
	while (*size <= max_size && !feof(file) && !ferror(file)) {
		capacity += 65536;
		*text = xreallocarray(*text, capacity, 1);
		*size += fread(*text + *size, 1, capacity - *size, file);
	}
	if (ferror(file))
		err = EIO;
	else if (*size > max_size)
		err = EFBIG;
	fclose(file);
	if (!err)
		return 0;
	*error = xasprintf("cannot read '%s': %s", path, strerror(err));
	free(*text);
	*text = NULL;
	return -err;
}
