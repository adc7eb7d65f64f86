/* SPDX-License-Identifier: MIT */
/*
 * Interned stacks. A stack is (parent, frame): the parent is the caller's stack, so all stacks
 * share their outer frames and equal stacks have equal ids. Id 0 is the empty stack; a parent's
 * id is always smaller than its child's, so one pass in id order sees parents first.
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
 * Whoever interns what a program does stops here; files hold a multiple. A node takes some 20
 * bytes.
 */
#define STACK_TABLE_ENOUGH (1u << 23)
/* A file may not have more nodes than this, nor may a profile that is merged from several. */
#define STACK_TABLE_MAX (1u << 24)

struct stack_table {
	struct stack_node *nodes; /* by id; node 0 is the empty stack */
	uint32_t nr;
	uint32_t capacity;
	struct hash_index index;
};

void stack_table_init(struct stack_table *table);
void stack_table_fini(struct stack_table *table);

/* Returns the id of the stack that @frame makes when called from @parent. */
uint32_t stack_table_intern(struct stack_table *table, uint32_t parent, uint32_t frame);

/* Returns the number of frames of @stack. */
unsigned int stack_table_depth(const struct stack_table *table, uint32_t stack);

#endif
