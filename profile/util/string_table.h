/* SPDX-License-Identifier: MIT */
/*
 * Interned strings: equal text has equal id, and id 0 is the empty string, as profile.proto
 * requires of its string table. Strings live until the table ends.
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

/* Returns the id of @string; copies it when it is new. */
uint32_t string_table_intern(struct string_table *table, const char *string);
/* The same for @size bytes of text, which hold no NUL and need none after them. */
uint32_t string_table_intern_bytes(struct string_table *table, const char *text, size_t size);

/* Returns the id of @string, or 0 when it is not there. */
uint32_t string_table_find(const struct string_table *table, const char *string);

/* Returns the text of @id, borrowed from the table. @id must be one that the table gave. */
const char *string_table_get(const struct string_table *table, uint32_t id);

#endif
