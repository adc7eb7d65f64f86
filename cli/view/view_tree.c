// SPDX-License-Identifier: MIT
/*
 * The tree as text. Below the first level, a node that is the only child of its parent is not
 * indented, so that long chains stay readable. Branches with less than the user's minimum share, or
 * beyond the maximum number, are combined in one line or counted on the parent's line, so nothing
 * disappears. The hot path is marked: from the root it always takes the largest branch. Works
 * without recursion, because a stack can have any depth.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/term/bar.h"
#include "cli/view/view.h"
#include "profile/util/format.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

#define LEAST_FIGURE 8	/* columns of a figure, or more if the total needs them */
#define PATH_ROOM    24 /* columns that a name has at least, however deep the tree is */
/* least width of the terminal for a column of calls, unless the tree is sorted by calls */
#define CALLS_FROM  48
#define PARENT_FROM 64	/* the same for the share of the parent */
#define BAR_FROM    100 /* the same for the bar */
#define BAR_WIDTH   10
#define LEAST_NAME  8 /* columns that a name has at least beside its note */

/* The children of one node while they are printed. */
struct level {
	uint32_t next;	    /* next child to print; 0: none */
	uint32_t nr_shown;  /* children that are still to be printed, with next */
	uint32_t nr_pruned; /* children after those, which are not printed */
	struct totals pruned;
	bool is_branch; /* lines lead to the children */
	bool is_hot;	/* the parent is on the hot path, and no child has been printed yet */
	uint64_t whole; /* value of the parent */
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
	uint32_t *branches; /* indices of the levels with is_branch */
	uint32_t nr_branches;
	uint32_t branches_capacity;
};

struct ornaments {
	const char *more, *last; /* text before a child */
	const char *pass, *none; /* text before what is below a child */
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

static bool is_great(const struct walk *walk, uint64_t value)
{
	return value && (double)value * 100 >= walk->view->min_percent * (double)walk->whole;
}

static bool is_shown(const struct walk *walk, uint32_t node, uint32_t nr_before)
{
	if (walk->view->limit && nr_before >= walk->view->limit)
		return false;
	return is_great(walk, call_tree_value(walk->tree, node));
}

/* Children are sorted by value, so those that are shown come first. */
static struct level level_of(const struct walk *walk, uint32_t parent, bool is_hot)
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
	return level;
}

/*
 * Small branches that are small even together are counted on the parent's line: with a line of
 * their own, a chain would look like a fork. Returns their number.
 */
static uint32_t take_small(const struct walk *walk, struct level *level)
{
	uint32_t nr = level->nr_pruned;

	if (is_great(walk, totals_value(&level->pruned, walk->tree->sort)))
		return 0;
	level->nr_pruned = 0;
	return nr;
}

static void push(struct walk *walk, struct level level)
{
	if (!level.nr_shown && !level.nr_pruned)
		return;
	level.is_branch = !walk->nr_levels || level.nr_shown + (level.nr_pruned > 0) > 1;
	if (level.is_branch) {
		walk->branches = xgrow(walk->branches, walk->nr_branches, &walk->branches_capacity,
				       sizeof(*walk->branches));
		walk->branches[walk->nr_branches++] = walk->nr_levels;
	}
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
	return level->nr_shown || level->nr_pruned ? ornaments->pass : ornaments->none;
}

/* Returns for how many of the outermost branches the terminal has no room. */
static uint32_t nr_skipped(const struct walk *walk)
{
	unsigned int width = walk->view->terminal.width;
	unsigned int least = walk->indent_from + PATH_ROOM;
	unsigned int room = width > least + 2 ? width - least : 2;

	if (!width || walk->nr_levels == 1 || walk->nr_branches * 2 <= room)
		return 0;
	return walk->nr_branches - room / 2 + 1;
}

static unsigned int indent_width(const struct walk *walk)
{
	uint32_t skip = nr_skipped(walk);

	return walk->nr_levels == 1 ? 0 : (walk->nr_branches - skip + (skip > 0)) * 2;
}

/* Prints the lines that lead to the node of the innermost level. */
static void print_indent(const struct walk *walk)
{
	uint32_t skip = nr_skipped(walk);

	if (walk->nr_levels == 1)
		return;
	if (skip)
		fputs(ornaments_of(walk->view)->cut, walk->view->out);
	for (uint32_t i = skip; i < walk->nr_branches; i++)
		fputs(ornament(walk, walk->branches[i]), walk->view->out);
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

/* Prints @text and @note and ends the line. If there is not enough room, cuts @text. */
static void print_text(const struct walk *walk, const char *text, const char *note, bool is_hot)
{
	const struct terminal *terminal = &walk->view->terminal;
	unsigned int used = walk->indent_from + indent_width(walk) + text_width(note);
	unsigned int least = text_width(text) < LEAST_NAME ? text_width(text) : LEAST_NAME;
	unsigned int room = terminal->width > used + least ? terminal->width - used : least;
	char *shown = terminal_fit(terminal, text, terminal->width ? room : 0);

	print_indent(walk);
	fprintf(walk->view->out, "%s%s%s\n", shown, note,
		is_hot ? terminal_style(terminal, STYLE_PLAIN) : "");
	free(shown);
}

/*
 * Returns the note after the name of @id: ` (recursive)`, or ` (recursive via parse)` if another
 * function calls it recursively, and the number of small branches. Unless @is_long, the note is
 * shorter.
 */
static char *note_of(const struct walk *walk, uint32_t id, uint32_t nr_small, bool is_long)
{
	const struct call_node *node = &walk->tree->nodes[id];
	char *recursion = NULL, *small = NULL, *note;

	if (node->again && node->again != node->label && is_long) {
		char *name = terminal_fit(&walk->view->terminal,
					  walk->tree->labels[node->again].name, 0);

		recursion = xasprintf(" (recursive via %s)", name);
		free(name);
	} else if (node->again) {
		recursion = xstrdup(" (recursive)");
	}
	if (nr_small)
		small = xasprintf(" (+%" PRIu32 "%s)", nr_small, is_long ? " smaller" : "");
	note = xasprintf("%s%s", recursion ? recursion : "", small ? small : "");
	free(recursion);
	free(small);
	return note;
}

static bool has_room(const struct walk *walk, unsigned int columns)
{
	unsigned int width = walk->view->terminal.width;

	return !width || walk->indent_from + indent_width(walk) + columns <= width;
}

/* Prints the module where it differs from the caller's, if there is room. */
static void print_node(const struct walk *walk, uint32_t node, bool is_hot, uint32_t nr_small)
{
	const struct call_tree *tree = walk->tree;
	const struct call_node *parent = &tree->nodes[tree->nodes[node].parent];
	const struct call_label *label = &tree->labels[tree->nodes[node].label];
	bool is_same = label->location.module == tree->labels[parent->label].location.module;
	char *module =
		is_same ? xstrdup("") : location_module_note(walk->view->profile, &label->location);
	char *text = xasprintf("%s%s", label->name, module);
	char *note = note_of(walk, node, nr_small, true);

	if (!has_room(walk, text_width(text) + text_width(note))) {
		free(note);
		note = note_of(walk, node, nr_small, false);
	}
	if (!has_room(walk, text_width(text) + text_width(note)))
		text[strlen(label->name)] = '\0';
	if (!has_room(walk, LEAST_NAME + text_width(note)))
		*note = '\0';
	print_figures(walk, &tree->nodes[node].totals, is_hot);
	print_text(walk, text, note, is_hot);
	free(note);
	free(text);
	free(module);
}

static void print_pruned(struct walk *walk, struct level *level)
{
	char *text = xasprintf("(%" PRIu32 " smaller branch%s)", level->nr_pruned,
			       level->nr_pruned == 1 ? "" : "es");

	print_figures(walk, &level->pruned, false);
	print_text(walk, text, "", false);
	level->nr_pruned = 0;
	free(text);
}

static void print_next(struct walk *walk)
{
	struct level *level = &walk->levels[walk->nr_levels - 1];
	uint32_t node = level->next;
	bool is_hot = level->is_hot;
	struct level below;

	if (!level->nr_shown && !level->nr_pruned) {
		walk->nr_branches -= level->is_branch;
		walk->nr_levels--;
		return;
	}
	if (!level->nr_shown) {
		print_pruned(walk, level);
		return;
	}
	below = level_of(walk, node, is_hot);
	print_node(walk, node, is_hot, take_small(walk, &below));
	level->next = walk->tree->nodes[node].next_sibling;
	level->nr_shown--;
	level->is_hot = false;
	push(walk, below);
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
		.has_calls = tree->sort != REPORT_SORT_CALLS && (!width || width >= CALLS_FROM),
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
	push(&walk, level_of(&walk, 0, true));
	while (walk.nr_levels)
		print_next(&walk);
	free(walk.branches);
	free(walk.levels);
}
