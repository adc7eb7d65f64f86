// SPDX-License-Identifier: MIT
/*
 * Nodes are interned like stacks: a node is (parent, label). A label is a place or, after all
 * places, a system call. So parents come before their children, and one pass backwards computes the
 * inclusive sums.
 */
#include "analysis/diff_tree.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/diff.h"
#include "profile/symbols/c_library.h"
#include "profile/util/xalloc.h"

struct building {
	const struct call_names *names;
	struct stack_table nodes;
	uint32_t *of_stack;  /* by stack id in names: the node; 0: the root */
	struct totals *base; /* by node id */
	struct totals *new;
	uint32_t capacity;
};

static bool is_left_out(const struct call_names *names, uint32_t id)
{
	const struct call_place *place = &names->places[id];

	return c_library_has_module(call_names_text(names, place->module)) ||
	       !strcmp(call_names_text(names, place->function), "_start");
}

static void map_stacks(struct building *building)
{
	const struct stack_table *stacks = &building->names->stacks;

	building->of_stack = xcalloc(stacks->nr, sizeof(*building->of_stack));
	for (uint32_t id = 1; id < stacks->nr; id++) {
		const struct stack_node *node = &stacks->nodes[id];
		uint32_t parent = building->of_stack[node->parent];

		building->of_stack[id] =
			is_left_out(building->names, node->frame)
				? parent
				: stack_table_intern(&building->nodes, parent, node->frame);
	}
}

static void add_sites(struct building *building, const struct call_sites *sites, bool is_new)
{
	for (uint32_t i = 0; i < sites->nr; i++) {
		const struct call_site *site = &sites->sites[i];
		uint32_t node =
			stack_table_intern(&building->nodes, building->of_stack[site->key.stack],
					   building->names->nr_places + site->key.syscall);

		while (node >= building->capacity) {
			uint32_t more = building->capacity ? building->capacity : 1024;

			building->base = xreallocarray(building->base, building->capacity + more,
						       sizeof(*building->base));
			building->new = xreallocarray(building->new, building->capacity + more,
						      sizeof(*building->new));
			memset(building->base + building->capacity, 0,
			       more * sizeof(*building->base));
			memset(building->new + building->capacity, 0,
			       more * sizeof(*building->new));
			building->capacity += more;
		}
		totals_add(is_new ? &building->new[node] : &building->base[node], &site->totals);
	}
}

static uint64_t size_of(const struct diff_node *node)
{
	int64_t calls = diff_of(node->base.calls, node->new.calls);

	return (uint64_t)(calls < 0 ? -calls : calls);
}

/* Links children starting with the last, so that of equal ones the first comes first. */
static void link_child(struct diff_tree *tree, uint32_t id)
{
	uint32_t *link = &tree->nodes[tree->nodes[id].parent].first_child;

	while (*link && size_of(&tree->nodes[*link]) > size_of(&tree->nodes[id]))
		link = &tree->nodes[*link].next_sibling;
	tree->nodes[id].next_sibling = *link;
	*link = id;
}

static void fill_nodes(struct diff_tree *tree, const struct building *building)
{
	for (uint32_t id = 1; id < tree->nr; id++) {
		const struct stack_node *from = &building->nodes.nodes[id];
		struct diff_node *node = &tree->nodes[id];

		node->parent = from->parent;
		if (from->frame < building->names->nr_places)
			node->place = from->frame;
		else
			node->syscall = from->frame - building->names->nr_places;
		if (id < building->capacity) {
			node->base = building->base[id];
			node->new = building->new[id];
		}
		node->differs = node->base.calls != node->new.calls ||
				node->base.errors != node->new.errors ||
				node->base.bytes != node->new.bytes;
	}
}

void diff_tree_init(struct diff_tree *tree, const struct call_sites *base,
		    const struct call_sites *new)
{
	struct building building = { .names = new->names };

	stack_table_init(&building.nodes);
	map_stacks(&building);
	add_sites(&building, base, false);
	add_sites(&building, new, true);
	tree->nr = building.nodes.nr;
	tree->nodes = xcalloc(tree->nr, sizeof(*tree->nodes));
	fill_nodes(tree, &building);
	for (uint32_t id = tree->nr - 1; id > 0; id--) {
		struct diff_node *node = &tree->nodes[id];
		struct diff_node *parent = &tree->nodes[node->parent];

		totals_add(&parent->base, &node->base);
		totals_add(&parent->new, &node->new);
		parent->differs = parent->differs || node->differs;
	}
	for (uint32_t id = tree->nr - 1; id > 0; id--) {
		if (tree->nodes[id].differs)
			link_child(tree, id);
	}
	stack_table_fini(&building.nodes);
	free(building.of_stack);
	free(building.base);
	free(building.new);
}

void diff_tree_fini(struct diff_tree *tree)
{
	free(tree->nodes);
	*tree = (struct diff_tree){ 0 };
}
