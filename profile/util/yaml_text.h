/* SPDX-License-Identifier: MIT */
/*
 * YAML that people write, read by libcyaml into structs, after a look at it that libcyaml does not
 * give: every error names file, line, column and, for a key or word that is unknown, the nearest
 * that is not. What is valid is what the libcyaml schema says, read strictly: booleans are `true`
 * or `false`, numbers decimal, keys given once, no aliases.
 */
#ifndef SCPROF_PROFILE_UTIL_YAML_TEXT_H
#define SCPROF_PROFILE_UTIL_YAML_TEXT_H

#include <cyaml/cyaml.h>
#include <stdarg.h>
#include <stddef.h>
#include <yaml.h>

struct yaml_text {
	const char *path; /* for messages; borrowed */
	yaml_document_t document;
	const struct cyaml_schema_value *schema;
	void *data; /* what the schema describes */
};

/*
 * Loads @size bytes of @text by @schema, a mapping with CYAML_FLAG_POINTER, into yaml->data.
 * Returns 0; or -errno and *@error is one line without prefix, for the caller to free, and @yaml
 * holds nothing.
 */
int yaml_text_load(struct yaml_text *yaml, const char *path, const char *text, size_t size,
		   const struct cyaml_schema_value *schema, char **error);
void yaml_text_fini(struct yaml_text *yaml);

/*
 * Returns `path:line:column: ` and the message, for the caller to free. The place is that of the
 * value at @key, which may be NULL, in element @index of the list @list; without @list at @key.
 */
char *yaml_text_complaint(struct yaml_text *yaml, const char *list, uint32_t index, const char *key,
			  const char *format, ...) __attribute__((format(printf, 5, 6)));
char *yaml_text_complaint_args(struct yaml_text *yaml, const char *list, uint32_t index,
			       const char *key, const char *format, va_list args)
	__attribute__((format(printf, 5, 0)));
/* Returns the line of element @index of the list @list. */
uint32_t yaml_text_line(struct yaml_text *yaml, const char *list, uint32_t index);

/* Reads all of @path, at most @max_size bytes, for the caller to free. 0, or -errno and @error. */
int yaml_text_read_file(const char *path, size_t max_size, char **text, size_t *size, char **error);

#endif
