/* SPDX-License-Identifier: MIT */
/*
 * Interned stacks. A stack is a (parent, frame), where the parent is the stack of the caller. So
 * stacks share their outer frames, and equal stacks have equal ids. Id 0 is the empty stack. A
 * parent's id is always smaller than its child's, so one pass in the order of ids sees parents
 * first.
 */
#ifndef SCPROF_PROFILE_MODEL_STACK_TABLE_H
#define SCPROF_PROFILE_MODEL_STACK_TABLE_H

#include <stdint.h>

#include "profile/util/hash.h"

struct stack_node {
	uint32_t parent; /* stack id of the caller, 0 at the outermost frame */
	uint32_t frame;	 /* frame id */
};

/*
 * Limit for the stacks of one running program. A file may have twice as many nodes. A node takes
 * about 20 bytes.
 */
#define STACK_TABLE_ENOUGH (1u << 23)
/* Limit for a file, and for a profile that is merged from several. */
#define STACK_TABLE_MAX (1u << 24)

struct stack_table {
	struct stack_node *nodes; /* by id; node 0 is the empty stack */
	uint32_t nr;
	uint32_t capacity;
	struct hash_index index;
};

void stack_table_init(struct stack_table *table);
void stack_table_fini(struct stack_table *table);

/*
 * Returns the id of the stack with @frame innermost and the stack @parent outside of it. Adds it if
 * there is none.
 */
uint32_t stack_table_intern(struct stack_table *table, uint32_t parent, uint32_t frame);

#endif
