// SPDX-License-Identifier: MIT
/*
 * Folded stacks for flame-graph tools: `main;copy;read 123`, one line for each stack and system
 * call, in the order of the tree. In names, `;` and unprintable characters are escaped as \xNN.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/view.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

/*
 * Returns the position of the space before a number at the end of @name, or the end of @name.
 * Differential flame graphs use lines with two numbers. At the end of a stack, such a name would be
 * read as a name and a first value.
 */
static size_t find_number(const char *name)
{
	size_t size = strlen(name), at = size;

	while (at && strchr("0123456789.", name[at - 1]))
		at--;
	return at < size && at && name[at - 1] == ' ' ? at - 1 : size;
}

static void print_name(const struct view *view, const struct call_tree *tree, uint32_t node,
		       bool is_last)
{
	char *name = text_escape_folded(tree->labels[tree->nodes[node].label].name);
	size_t at = find_number(name);

	if (is_last && name[at])
		fprintf(view->out, "%.*s\\x20%s", (int)at, name, name + at + 1);
	else
		fputs(name, view->out);
	free(name);
}

/* Prints a stack. @path has room for the deepest node. */
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
		print_name(view, tree, path[depth], !depth);
		fputc(depth ? ';' : ' ', view->out);
	}
	fprintf(view->out, "%" PRIu64 "\n", value);
}

void view_folded(const struct view *view, const struct call_tree *tree)
{
	uint32_t *path = xcalloc(tree->nr_nodes, sizeof(*path));

	for (uint32_t node = call_tree_next(tree, 0); node; node = call_tree_next(tree, node))
		print_stack(view, tree, node, path);
	free(path);
}
