/* SPDX-License-Identifier: MIT */
/*
 * Interned strings: equal strings have equal ids. Id 0 is the empty string, as profile.proto
 * requires of its string table. The table owns the strings until string_table_fini().
 */
#ifndef SCPROF_PROFILE_UTIL_STRING_TABLE_H
#define SCPROF_PROFILE_UTIL_STRING_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "profile/util/hash.h"

struct string_table {
	char **strings; /* by id, owned */
	uint32_t nr;
	uint32_t capacity;
	struct hash_index index;
};

void string_table_init(struct string_table *table);
void string_table_fini(struct string_table *table);

/* Returns the id of @string. Adds a copy if it is new. */
uint32_t string_table_intern(struct string_table *table, const char *string);
/* The same for @size bytes of @text, which contain no NUL and need not end with one. */
uint32_t string_table_intern_bytes(struct string_table *table, const char *text, size_t size);

/* Returns the id of @string, or 0 if it is not in the table. */
uint32_t string_table_find(const struct string_table *table, const char *string);

/* Returns the string with @id, which the table owns. @id must be an id of this table. */
const char *string_table_get(const struct string_table *table, uint32_t id);

#endif
