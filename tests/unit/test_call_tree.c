// SPDX-License-Identifier: MIT
/*
 * Trees of calls: their shape top-down and from the callers, their sums, and their order. The
 * profile is from tests/golden/sample_profile.c.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "analysis/call_tree.h"
#include "tests/golden/sample_profile.h"

static struct profile profile;
static struct call_tree tree;

static void build(enum report_sort sort, unsigned int flags)
{
	struct report_filter filter = { 0 };

	sample_profile_init(&profile);
	call_tree_init(&tree, &profile, &filter, sort, flags);
}

static void clean_up(void)
{
	call_tree_fini(&tree);
	profile_fini(&profile);
}

/* Returns the child of @parent that is called @name. */
static uint32_t child(uint32_t parent, const char *name)
{
	for (uint32_t id = tree.nodes[parent].first_child; id; id = tree.nodes[id].next_sibling) {
		if (!strcmp(tree.labels[tree.nodes[id].label].name, name))
			return id;
	}
	cr_assert_fail("node %u has no child '%s'", parent, name);
	return 0;
}

static uint32_t path(const char *const *names)
{
	uint32_t node = 0;

	for (; *names; names++)
		node = child(node, *names);
	return node;
}

Test(call_tree, top_down_ends_in_the_system_call_and_shows_inlined_functions)
{
	static const char *const reads[] = { "_start",	   "__libc_start_main",
					     "main",	   "copy_file",
					     "copy_block", "__read",
					     "read",	   NULL };
	static const char *const blocks[] = { "_start",	   "__libc_start_main", "main",
					      "copy_file", "copy_block",	NULL };

	build(REPORT_SORT_TIME, 0);
	cr_expect_eq(call_tree_self(&tree, path(reads)).calls, 105);
	cr_expect_eq(call_tree_self(&tree, path(blocks)).calls, 0);
	cr_expect_eq(tree.nodes[path(blocks)].totals.calls, 205);
	clean_up();
}

Test(call_tree, callers_start_at_the_system_call)
{
	static const char *const from_block[] = { "read",      "__read", "copy_block",
						  "copy_file", "main",	 NULL };
	static const char *const reads[] = { "read", NULL };

	build(REPORT_SORT_CALLS, CALL_TREE_CALLERS);
	cr_expect_eq(tree.nodes[path(from_block)].totals.calls, 105);
	cr_expect_eq(tree.nodes[path(reads)].totals.calls, 116);
	clean_up();
}

Test(call_tree, root_and_every_parent_hold_the_sum)
{
	for (unsigned int flags = 0; flags < 8; flags++) {
		uint64_t selves = 0;

		build(REPORT_SORT_TIME, flags);
		cr_expect_eq(tree.nodes[0].totals.calls, 233);
		for (uint32_t id = 0; id < tree.nr_nodes; id++) {
			uint64_t calls = call_tree_self(&tree, id).calls;

			cr_expect_leq(calls, tree.nodes[id].totals.calls);
			selves += calls;
		}
		cr_expect_eq(selves, 233);
		clean_up();
	}
}

Test(call_tree, siblings_are_sorted_by_the_value)
{
	for (enum report_sort sort = 0; sort < NR_TREE_SORTS; sort++) {
		build(sort, 0);
		for (uint32_t id = 1; id < tree.nr_nodes; id++) {
			uint32_t next = tree.nodes[id].next_sibling;

			if (next)
				cr_expect_geq(call_tree_value(&tree, id),
					      call_tree_value(&tree, next));
		}
		clean_up();
	}
}

Test(call_tree, functions_of_two_modules_are_separate_unless_joined)
{
	uint32_t nr = 0;

	build(REPORT_SORT_TIME, 0);
	for (uint32_t id = tree.nodes[0].first_child; id; id = tree.nodes[id].next_sibling)
		nr += !strcmp(tree.labels[tree.nodes[id].label].name, "_start");
	cr_expect_eq(nr, 2);
	clean_up();
	build(REPORT_SORT_TIME, CALL_TREE_ANY_MODULE);
	cr_expect_eq(tree.nodes[child(0, "_start")].totals.calls, 219);
	clean_up();
}

Test(call_tree, filtered_stacks_leave_no_node_in_the_tree)
{
	struct report_filter filter = { 0 };
	struct syscall_set set;
	char *error;

	sample_profile_init(&profile);
	cr_assert_eq(syscall_set_parse(&set, "futex", &error), 0);
	report_filter_init(&filter, &profile, &set, NULL, 0);
	call_tree_init(&tree, &profile, &filter, REPORT_SORT_TIME, 0);
	cr_expect_eq(tree.nodes[tree.nodes[0].first_child].next_sibling, 0);
	child(0, "[truncated]");
	report_filter_fini(&filter);
	clean_up();
}
