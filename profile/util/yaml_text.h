/* SPDX-License-Identifier: MIT */
/*
 * Reads YAML that people write, and stores it in structs with libcyaml. libcyaml's own errors have
 * no line and column. So this module checks the file first: each error names file, line, column
 * and, for an unknown key or word, the nearest known one. The libcyaml schema says what is valid,
 * and is applied strictly: booleans are `true` or `false`, numbers are decimal, no key is repeated,
 * no aliases.
 */
#ifndef SCPROF_PROFILE_UTIL_YAML_TEXT_H
#define SCPROF_PROFILE_UTIL_YAML_TEXT_H

#include <cyaml/cyaml.h>
#include <stdarg.h>
#include <stddef.h>
#include <yaml.h>

struct yaml_text {
	const char *path; /* for messages; the caller owns it */
	yaml_document_t document;
	const struct cyaml_schema_value *schema;
	void *data; /* the struct that the schema describes */
};

/*
 * Loads @text (@size bytes) by @schema, a mapping with CYAML_FLAG_POINTER, into yaml->data. Returns
 * 0. On an error returns -errno; then *@error is a line without prefix, which the caller frees, and
 * @yaml holds nothing.
 */
int yaml_text_load(struct yaml_text *yaml, const char *path, const char *text, size_t size,
		   const struct cyaml_schema_value *schema, char **error);
void yaml_text_fini(struct yaml_text *yaml);

/*
 * Returns `path:line:column: ` followed by the formatted message. The caller frees it. The position
 * is that of the value at @key in element @index of the list @list. If @key is NULL, it is that of
 * the element. If @list is NULL, it is that of the value at @key in the root.
 */
char *yaml_text_complaint(struct yaml_text *yaml, const char *list, uint32_t index, const char *key,
			  const char *format, ...) __attribute__((format(printf, 5, 6)));
char *yaml_text_complaint_args(struct yaml_text *yaml, const char *list, uint32_t index,
			       const char *key, const char *format, va_list args)
	__attribute__((format(printf, 5, 0)));
/* Returns the line of element @index of the list @list. */
uint32_t yaml_text_line(struct yaml_text *yaml, const char *list, uint32_t index);

/*
 * Reads all of @path, at most @max_size bytes, into *@text, which the caller frees. Returns 0, or
 * -errno and a line in *@error.
 */
int yaml_text_read_file(const char *path, size_t max_size, char **text, size_t *size, char **error);

#endif
