// SPDX-License-Identifier: MIT
/*
 * An array of copies, and a hash table that finds the id of a string. The empty string is only in
 * the array: its id needs no search.
 */
#include "profile/util/string_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/xalloc.h"

static uint64_t string_hash(const void *owner, uint32_t id)
{
	const struct string_table *table = owner;

	return hash_bytes(table->strings[id], strlen(table->strings[id]));
}

static uint32_t string_table_append(struct string_table *table, const char *text, size_t size)
{
	char *copy = xmalloc(size + 1);

	memcpy(copy, text, size);
	copy[size] = '\0';
	table->strings =
		xgrow(table->strings, table->nr, &table->capacity, sizeof(*table->strings));
	table->strings[table->nr] = copy;
	return table->nr++;
}

void string_table_init(struct string_table *table)
{
	*table = (struct string_table){ 0 };
	hash_index_init(&table->index);
	string_table_append(table, "", 0);
}

void string_table_fini(struct string_table *table)
{
	for (uint32_t id = 0; id < table->nr; id++)
		free(table->strings[id]);
	free(table->strings);
	hash_index_fini(&table->index);
	*table = (struct string_table){ 0 };
}

uint32_t string_table_intern(struct string_table *table, const char *string)
{
	return string_table_intern_bytes(table, string, strlen(string));
}

uint32_t string_table_intern_bytes(struct string_table *table, const char *text, size_t size)
{
	uint64_t hash;
	uint32_t bucket, id;

	if (!size)
		return 0;
	hash = hash_bytes(text, size);
	bucket = hash_index_first(&table->index, hash);
	while ((id = table->index.buckets[bucket])) {
		if (!strncmp(table->strings[id], text, size) && !table->strings[id][size])
			return id;
		bucket = hash_index_next(&table->index, bucket);
	}
	hash_index_reserve(&table->index, table->nr - 1, string_hash, table);
	id = string_table_append(table, text, size);
	hash_index_insert(&table->index, hash, id);
	return id;
}

uint32_t string_table_find(const struct string_table *table, const char *string)
{
	uint32_t bucket = hash_index_first(&table->index, hash_bytes(string, strlen(string)));
	uint32_t id;

	while ((id = table->index.buckets[bucket])) {
		if (!strcmp(table->strings[id], string))
			return id;
		bucket = hash_index_next(&table->index, bucket);
	}
	return 0;
}

const char *string_table_get(const struct string_table *table, uint32_t id)
{
	assert(id < table->nr);
	return table->strings[id];
}
