// SPDX-License-Identifier: MIT
/*
 * The difference as a tree, without what is equal. A node that is the only child of its parent is
 * not indented, so that long chains stay readable. Works without recursion, because a stack can
 * have any depth.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/diff_tree.h"
#include "cli/view/view_diff.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

#define CHANGE_WIDTH 16
#define MAX_INDENT   60

struct open_node {
	uint32_t id;
	unsigned int indent;
};

struct walk {
	const struct diff_view *view;
	const struct diff_tree *tree;
	struct open_node *open; /* nodes that are still to be printed, the next one last */
	uint32_t nr;
	uint32_t capacity;
};

static void push_children(struct walk *walk, uint32_t id, unsigned int indent)
{
	const struct diff_node *nodes = walk->tree->nodes;
	uint32_t first = walk->nr, nr = 0;

	for (uint32_t child = nodes[id].first_child; child; child = nodes[child].next_sibling) {
		walk->open = xgrow(walk->open, walk->nr, &walk->capacity, sizeof(*walk->open));
		walk->open[walk->nr++] = (struct open_node){ .id = child };
		nr++;
	}
	if (nr > 1 && id)
		indent += 2;
	for (uint32_t i = 0; i < nr; i++)
		walk->open[first + i].indent = indent;
	for (uint32_t i = 0; i < nr / 2; i++) {
		struct open_node swapped = walk->open[first + i];

		walk->open[first + i] = walk->open[walk->nr - 1 - i];
		walk->open[walk->nr - 1 - i] = swapped;
	}
}

static void print_node(const struct diff_view *view, const struct diff_node *node,
		       unsigned int indent)
{
	const struct terminal *terminal = &view->terminal;
	const struct call_names *names = view->diff->new->names;
	char *raw = node->syscall
			    ? xstrdup(call_names_text(names, node->syscall))
			    : call_names_place_text(names, node->place, view->diff->new->program);
	char *change = diff_change_text(node->base.calls, node->new.calls);
	unsigned int shift = indent > MAX_INDENT ? MAX_INDENT : indent;
	unsigned int before = CHANGE_WIDTH + 2 + 2 * 10 + shift;
	char *name = text_escape(raw);
	char *cut = text_shorten(name,
				 !terminal->width		 ? UINT32_MAX
				 : terminal->width > before + 12 ? terminal->width - before
								 : 12,
				 terminal->has_utf8);
	bool is_bad = node->new.calls > node->base.calls;

	fprintf(view->out, "%s%*s%s  %8" PRIu64 "  %8" PRIu64 "  %*s%s\n",
		is_bad ? terminal_style(terminal, STYLE_BAD) : "", CHANGE_WIDTH, change,
		is_bad ? terminal_style(terminal, STYLE_PLAIN) : "", node->base.calls,
		node->new.calls, (int)shift, "", cut);
	free(raw);
	free(change);
	free(name);
	free(cut);
}

void view_diff_tree(const struct diff_view *view)
{
	struct diff_tree tree;
	struct walk walk = { .view = view, .tree = &tree };

	view_diff_head(view);
	diff_tree_init(&tree, view->diff->base, view->diff->new);
	if (tree.nodes[0].differs)
		fprintf(view->out, "\n%s%*s  %8s  %8s  tree%s\n",
			terminal_style(&view->terminal, STYLE_BOLD), CHANGE_WIDTH, "change",
			"before", "now", terminal_style(&view->terminal, STYLE_PLAIN));
	push_children(&walk, 0, 0);
	while (walk.nr) {
		struct open_node node = walk.open[--walk.nr];

		print_node(view, &tree.nodes[node.id], node.indent);
		push_children(&walk, node.id, node.indent);
	}
	free(walk.open);
	diff_tree_fini(&tree);
}
