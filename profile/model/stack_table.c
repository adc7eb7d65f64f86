// SPDX-License-Identifier: MIT
/*
 * An array of (parent, frame) nodes, and a hash table that finds the id of a node. The empty stack
 * is only in the array.
 */
#include "profile/model/stack_table.h"

#include <assert.h>
#include <stdlib.h>

#include "profile/util/xalloc.h"

static uint64_t node_hash(const struct stack_node *node)
{
	return hash_mix(hash_seed, (uint64_t)node->parent << 32 | node->frame);
}

static uint64_t stack_hash(const void *owner, uint32_t id)
{
	const struct stack_table *table = owner;

	return node_hash(&table->nodes[id]);
}

static uint32_t stack_table_append(struct stack_table *table, struct stack_node node)
{
	table->nodes = xgrow(table->nodes, table->nr, &table->capacity, sizeof(*table->nodes));
	table->nodes[table->nr] = node;
	return table->nr++;
}

void stack_table_init(struct stack_table *table)
{
	*table = (struct stack_table){ 0 };
	hash_index_init(&table->index);
	stack_table_append(table, (struct stack_node){ 0 });
}

void stack_table_fini(struct stack_table *table)
{
	free(table->nodes);
	hash_index_fini(&table->index);
	*table = (struct stack_table){ 0 };
}

uint32_t stack_table_intern(struct stack_table *table, uint32_t parent, uint32_t frame)
{
	struct stack_node node = { .parent = parent, .frame = frame };
	uint64_t hash = node_hash(&node);
	uint32_t bucket = hash_index_first(&table->index, hash);
	uint32_t id;

	assert(parent < table->nr);
	while ((id = table->index.buckets[bucket])) {
		if (table->nodes[id].parent == parent && table->nodes[id].frame == frame)
			return id;
		bucket = hash_index_next(&table->index, bucket);
	}
	hash_index_reserve(&table->index, table->nr - 1, stack_hash, table);
	id = stack_table_append(table, node);
	assert(parent < id);
	hash_index_insert(&table->index, hash, id);
	return id;
}
