// SPDX-License-Identifier: MIT
/*
 * The tree as text. Below the first level, a node that is the only one below its parent is not
 * indented, so that long chains stay readable; branches below the share that the user gave, or beyond
 * the number, are summed up in one line, so nothing disappears. The hot path, from the root always the
 * greatest branch, is marked. Walks without recursion: a stack may be of any depth.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/bar.h"
#include "cli/format.h"
#include "cli/text.h"
#include "cli/view.h"
#include "profile/xalloc.h"

#define LEAST_FIGURE 8	 /* columns of a figure, unless the total takes more */
#define PATH_ROOM    24	 /* columns that a name keeps, however deep the tree is */
#define PARENT_FROM  64	 /* terminal width from which on the share of the parent is shown */
#define BAR_FROM     100 /* and the bar */
#define BAR_WIDTH    10

/* The children of one node, while they are being printed. */
struct level {
	uint32_t next;	    /* next child to print; 0: none */
	uint32_t nr_shown;  /* children that are still to print, next included */
	uint32_t nr_pruned; /* children behind those */
	struct totals pruned;
	bool is_branch; /* children have lines that lead to them */
	bool is_hot;	/* the parent is on the hot path, and no child was printed yet */
	uint64_t whole; /* the parent's value */
};

struct walk {
	const struct view *view;
	const struct call_tree *tree;
	uint64_t whole;
	bool has_parent, has_bar, has_calls; /* columns */
	int figure_width;
	unsigned int indent_from; /* columns before the tree */
	struct level *levels;
	uint32_t nr_levels;
	uint32_t levels_capacity;
};

struct ornaments {
	const char *more, *last; /* before a child */
	const char *pass, *none; /* before what is below it */
	const char *cut;
};

static const struct ornaments *ornaments_of(const struct view *view)
{
	static const struct ornaments ascii = { "|-", "`-", "| ", "  ", "~ " };
	static const struct ornaments utf8 = {
		"\xe2\x94\x9c\xe2\x94\x80",
		"\xe2\x94\x94\xe2\x94\x80",
		"\xe2\x94\x82 ",
		"  ",
		"\xe2\x80\xa6 ",
	};

	return view->terminal.has_utf8 ? &utf8 : &ascii;
}

static bool is_shown(const struct walk *walk, uint32_t node, uint32_t nr_before)
{
	uint64_t value = call_tree_value(walk->tree, node);

	if (walk->view->limit && nr_before >= walk->view->limit)
		return false;
	return value && (double)value * 100 >= walk->view->min_percent * (double)walk->whole;
}

/* Children are sorted by value, so those that are shown come first. */
static void push_children(struct walk *walk, uint32_t parent, bool is_hot)
{
	const struct call_node *nodes = walk->tree->nodes;
	struct level level = {
		.next = nodes[parent].first_child,
		.is_hot = is_hot,
		.whole = call_tree_value(walk->tree, parent),
	};

	for (uint32_t child = level.next; child; child = nodes[child].next_sibling) {
		if (!level.nr_pruned && is_shown(walk, child, level.nr_shown)) {
			level.nr_shown++;
		} else {
			level.nr_pruned++;
			totals_add(&level.pruned, &nodes[child].totals);
		}
	}
	if (!level.nr_shown && !level.nr_pruned)
		return;
	level.is_branch = !parent || level.nr_shown + (level.nr_pruned > 0) > 1;
	walk->levels =
		xgrow(walk->levels, walk->nr_levels, &walk->levels_capacity, sizeof(*walk->levels));
	walk->levels[walk->nr_levels++] = level;
}

static bool is_last(const struct level *level)
{
	return level->nr_shown + (level->nr_pruned > 0) <= 1;
}

static const char *ornament(const struct walk *walk, uint32_t nr)
{
	const struct ornaments *ornaments = ornaments_of(walk->view);
	const struct level *level = &walk->levels[nr];

	if (nr + 1 == walk->nr_levels)
		return is_last(level) ? ornaments->last : ornaments->more;
	if (nr == 0)
		return ornaments->none;
	return level->nr_shown + (level->nr_pruned > 0) ? ornaments->pass : ornaments->none;
}

/* Prints the lines that lead to the entry of the innermost level; returns their width. */
static unsigned int print_indent(const struct walk *walk)
{
	unsigned int width = walk->view->terminal.width;
	unsigned int least = walk->indent_from + PATH_ROOM;
	unsigned int room = width > least + 2 ? width - least : 2;
	uint32_t nr_branches = 0, skip = 0;
	FILE *out = walk->view->out;

	if (walk->nr_levels == 1)
		return 0;
	for (uint32_t i = 0; i < walk->nr_levels; i++)
		nr_branches += walk->levels[i].is_branch;
	if (width && nr_branches * 2 > room)
		skip = nr_branches - room / 2 + 1;
	if (skip)
		fputs(ornaments_of(walk->view)->cut, out);
	for (uint32_t i = 0, nr = 0; i < walk->nr_levels; i++) {
		if (walk->levels[i].is_branch && nr++ >= skip)
			fputs(ornament(walk, i), out);
	}
	return (nr_branches - skip + (skip > 0)) * 2;
}

static void print_figures(const struct walk *walk, const struct totals *totals, bool is_hot)
{
	const struct terminal *terminal = &walk->view->terminal;
	uint64_t value = totals_value(totals, walk->tree->sort);
	char text[FORMAT_SIZE], bar[BAR_SIZE];
	FILE *out = walk->view->out;

	if (walk->tree->sort == REPORT_SORT_TIME)
		format_time(text, value);
	else if (walk->tree->sort == REPORT_SORT_BYTES)
		format_bytes(text, value);
	else
		format_count(text, value);
	fprintf(out, "%s%*s  ", is_hot ? terminal_style(terminal, STYLE_HOT) : "",
		walk->figure_width, text);
	fprintf(out, "%6s  ", format_percent(text, value, walk->whole));
	if (walk->has_bar)
		fprintf(out, "%s  ",
			bar_format(bar, value, walk->whole, BAR_WIDTH, terminal->has_utf8));
	if (walk->has_parent)
		fprintf(out, "%6s  ",
			format_percent(text, value, walk->levels[walk->nr_levels - 1].whole));
	if (walk->has_calls)
		fprintf(out, "%*" PRIu64 "  ", walk->figure_width, totals->calls);
	fputs(is_hot ? "* " : "  ", out);
}

static void print_text(const struct walk *walk, const char *text, unsigned int indent, bool is_hot)
{
	unsigned int width = walk->view->terminal.width;
	unsigned int used = walk->indent_from + indent;
	unsigned int room = !width ? 0 : width > used ? width - used : 1;
	char *shown = terminal_fit(&walk->view->terminal, text, room);

	fprintf(walk->view->out, "%s%s\n", shown,
		is_hot ? terminal_style(&walk->view->terminal, STYLE_PLAIN) : "");
	free(shown);
}

/* Returns ` (recursive)`, or ` (recursive via parse)` when another function calls it again. */
static char *recursion_note(const struct walk *walk, const struct call_node *node)
{
	if (!node->again)
		return xstrdup("");
	if (node->again == node->label)
		return xstrdup(" (recursive)");
	return xasprintf(" (recursive via %s)", walk->tree->labels[node->again].name);
}

/* The module is said where it changes on the way. */
static void print_node(const struct walk *walk, uint32_t node, unsigned int indent, bool is_hot)
{
	const struct call_tree *tree = walk->tree;
	const struct call_node *parent = &tree->nodes[tree->nodes[node].parent];
	const struct call_label *label = &tree->labels[tree->nodes[node].label];
	bool is_same = label->location.module == tree->labels[parent->label].location.module;
	char *note =
		is_same ? xstrdup("") : location_module_note(walk->view->profile, &label->location);
	char *recursion = recursion_note(walk, &tree->nodes[node]);
	char *text = xasprintf("%s%s%s", label->name, note, recursion);

	print_text(walk, text, indent, is_hot);
	free(text);
	free(recursion);
	free(note);
}

static void print_pruned(struct walk *walk, struct level *level)
{
	char *text = xasprintf("(%" PRIu32 " smaller branch%s)", level->nr_pruned,
			       level->nr_pruned == 1 ? "" : "es");

	print_figures(walk, &level->pruned, false);
	print_text(walk, text, print_indent(walk), false);
	level->nr_pruned = 0;
	free(text);
}

static void print_next(struct walk *walk)
{
	struct level *level = &walk->levels[walk->nr_levels - 1];
	uint32_t node = level->next;
	bool is_hot = level->is_hot;

	if (!level->nr_shown && !level->nr_pruned) {
		walk->nr_levels--;
		return;
	}
	if (!level->nr_shown) {
		print_pruned(walk, level);
		return;
	}
	print_figures(walk, &walk->tree->nodes[node].totals, is_hot);
	print_node(walk, node, print_indent(walk), is_hot);
	level->next = walk->tree->nodes[node].next_sibling;
	level->nr_shown--;
	level->is_hot = false;
	push_children(walk, node, is_hot);
}

static void walk_init(struct walk *walk, const struct view *view, const struct call_tree *tree)
{
	char total[FORMAT_SIZE];
	int digits = (int)strlen(format_count(total, tree->nodes[0].totals.calls));
	unsigned int width = view->terminal.width;

	*walk = (struct walk){
		.view = view,
		.tree = tree,
		.whole = call_tree_value(tree, 0),
		.has_parent = !width || width >= PARENT_FROM,
		.has_bar = width >= BAR_FROM,
		.has_calls = tree->sort != REPORT_SORT_CALLS,
		.figure_width = digits > LEAST_FIGURE ? digits : LEAST_FIGURE,
	};
	walk->indent_from = (unsigned int)walk->figure_width + 12;
	if (walk->has_bar)
		walk->indent_from += BAR_WIDTH + 2;
	if (walk->has_parent)
		walk->indent_from += 8;
	if (walk->has_calls)
		walk->indent_from += (unsigned int)walk->figure_width + 2;
}

static void print_titles(const struct walk *walk)
{
	const struct view *view = walk->view;

	fprintf(view->out, "%s%*s  %6s  ", terminal_style(&view->terminal, STYLE_BOLD),
		walk->figure_width, report_sort_names[walk->tree->sort], "total");
	if (walk->has_bar)
		fprintf(view->out, "%*s  ", BAR_WIDTH, "");
	if (walk->has_parent)
		fprintf(view->out, "%6s  ", "parent");
	if (walk->has_calls)
		fprintf(view->out, "%*s  ", walk->figure_width, "calls");
	fprintf(view->out, "  tree%s\n", terminal_style(&view->terminal, STYLE_PLAIN));
}

void view_tree(const struct view *view, const struct call_tree *tree)
{
	struct walk walk;

	if (!tree->nodes[0].totals.calls) {
		fputs("no system calls to show\n", view->out);
		return;
	}
	walk_init(&walk, view, tree);
	print_titles(&walk);
	push_children(&walk, 0, true);
	while (walk.nr_levels)
		print_next(&walk);
	free(walk.levels);
}
