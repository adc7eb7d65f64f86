// SPDX-License-Identifier: MIT
/*
 * Folded stacks, what flame-graph tools read: `main;copy;read 123`, one line a stack and system
 * call, in the order of the tree. A `;` and all that is not printable in a name is escaped as \xNN.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/text.h"
#include "cli/view.h"
#include "profile/xalloc.h"

static void print_name(const struct view *view, const struct call_tree *tree, uint32_t node)
{
	char *name = text_escape_folded(tree->labels[tree->nodes[node].label].name);

	fputs(name, view->out);
	free(name);
}

/* @path has room for the deepest node. */
static void print_stack(const struct view *view, const struct call_tree *tree, uint32_t node,
			uint32_t *path)
{
	struct totals self = call_tree_self(tree, node);
	uint64_t value = totals_value(&self, tree->sort);
	uint32_t depth = 0;

	if (!value)
		return;
	for (; node; node = tree->nodes[node].parent)
		path[depth++] = node;
	while (depth-- > 0) {
		print_name(view, tree, path[depth]);
		fputc(depth ? ';' : ' ', view->out);
	}
	fprintf(view->out, "%" PRIu64 "\n", value);
}

/* Returns the node that follows @node when parents come before children; 0 at the end. */
static uint32_t next_node(const struct call_tree *tree, uint32_t node)
{
	if (tree->nodes[node].first_child)
		return tree->nodes[node].first_child;
	while (node && !tree->nodes[node].next_sibling)
		node = tree->nodes[node].parent;
	return tree->nodes[node].next_sibling;
}

void view_folded(const struct view *view, const struct call_tree *tree)
{
	uint32_t *path = xcalloc(tree->nr_nodes, sizeof(*path));

	for (uint32_t node = next_node(tree, 0); node; node = next_node(tree, node))
		print_stack(view, tree, node, path);
	free(path);
}
