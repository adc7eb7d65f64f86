// SPDX-License-Identifier: MIT
/*
 * Interned stacks: the same parent and frame give the same id, and a parent's id is smaller than
 * its child's.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "profile/model/stack_table.h"

static struct stack_table table;

static void setup(void)
{
	stack_table_init(&table);
}

static void teardown(void)
{
	stack_table_fini(&table);
}

TestSuite(stack_table, .init = setup, .fini = teardown);

Test(stack_table, empty_stack_is_id_0)
{
	cr_assert_eq(table.nr, 1);
	cr_assert_eq(stack_table_intern(&table, 0, 7), 1);
}

Test(stack_table, equal_stacks_have_equal_ids)
{
	uint32_t outer = stack_table_intern(&table, 0, 7);
	uint32_t inner = stack_table_intern(&table, outer, 8);

	cr_assert_eq(stack_table_intern(&table, 0, 7), outer);
	cr_assert_eq(stack_table_intern(&table, outer, 8), inner);
	cr_assert_neq(stack_table_intern(&table, 0, 8), inner);
	cr_assert_neq(stack_table_intern(&table, inner, 7), outer);
}

Test(stack_table, each_depth_of_a_recursion_is_a_stack)
{
	uint32_t stack = 0;

	for (unsigned int depth = 1; depth <= 512; depth++) {
		uint32_t outer = stack;

		stack = stack_table_intern(&table, outer, 3);
		cr_assert_eq(table.nodes[stack].parent, outer);
	}
	cr_assert_eq(table.nr, 513);
}

Test(stack_table, hundred_thousand_stacks_keep_their_ids_and_order)
{
	enum { NR = 100000 };
	struct stack_node *made = calloc(NR + 1, sizeof(*made));

	srandom(1);
	while (table.nr <= NR) {
		struct stack_node node = {
			.parent = (uint32_t)random() % table.nr,
			.frame = 1 + (uint32_t)random() % 50,
		};
		uint32_t nr = table.nr;
		uint32_t id = stack_table_intern(&table, node.parent, node.frame);

		cr_assert_leq(id, nr, "a new id is not the next one");
		cr_assert_lt(node.parent, id);
		made[id] = node;
	}
	for (uint32_t id = 1; id <= NR; id++) {
		cr_assert_eq(table.nodes[id].parent, made[id].parent);
		cr_assert_eq(table.nodes[id].frame, made[id].frame);
		cr_assert_eq(stack_table_intern(&table, made[id].parent, made[id].frame), id);
	}
	cr_assert_eq(table.nr, NR + 1);
	free(made);
}
