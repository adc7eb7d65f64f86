// SPDX-License-Identifier: MIT
/*
 * The file format of speedscope.app (file-format-schema.json in the npm package `speedscope`).
 * There is one table of frames, and one profile each for time, calls, errors and bytes, unless all
 * its values are 0. speedscope checks that there are as many weights as samples.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/view.h"
#include "config.h"
#include "profile/util/utf8.h"
#include "profile/util/xalloc.h"

/* By enum report_sort. */
static const char *const units[NR_TREE_SORTS] = {
	[REPORT_SORT_TIME] = "nanoseconds",
	[REPORT_SORT_CALLS] = "none",
	[REPORT_SORT_ERRORS] = "none",
	[REPORT_SORT_BYTES] = "bytes",
};

static void print_text(FILE *out, const char *text)
{
	char *utf8 = utf8_clean(text, strlen(text));
	json_t *value = json_string(utf8);
	char *encoded = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;

	if (!encoded)
		xalloc_fail();
	fputs(encoded, out);
	free(encoded);
	json_decref(value);
	free(utf8);
}

/* Label 0 is the root, which is not a frame: a frame's number is its label's minus one. */
static void print_frames(const struct view *view, const struct call_tree *tree)
{
	for (uint32_t id = 1; id < tree->nr_labels; id++) {
		const struct call_label *label = &tree->labels[id];

		fputs(id > 1 ? ",\n{\"name\":" : "\n{\"name\":", view->out);
		print_text(view->out, label->name);
		if (label->location.file) {
			fputs(",\"file\":", view->out);
			print_text(view->out,
				   string_table_get(&view->profile->strings, label->location.file));
		}
		fputc('}', view->out);
	}
}

/* Prints a stack. @path has room for the deepest node. */
static void print_stack(FILE *out, const struct call_tree *tree, uint32_t node, uint32_t *path)
{
	uint32_t depth = 0;

	for (; node; node = tree->nodes[node].parent)
		path[depth++] = tree->nodes[node].label - 1;
	fputc('[', out);
	while (depth-- > 0)
		fprintf(out, depth ? "%" PRIu32 "," : "%" PRIu32, path[depth]);
	fputc(']', out);
}

static uint64_t self_value(const struct call_tree *tree, uint32_t node, enum report_sort sort)
{
	struct totals self = call_tree_self(tree, node);

	return totals_value(&self, sort);
}

/*
 * Prints samples in the order of the tree, so that stacks that share frames are next to each other.
 */
static void print_samples(FILE *out, const struct call_tree *tree, enum report_sort sort)
{
	uint32_t *path = xcalloc(tree->nr_nodes, sizeof(*path));
	const char *between = "\n";

	for (uint32_t node = call_tree_next(tree, 0); node; node = call_tree_next(tree, node)) {
		if (!self_value(tree, node, sort))
			continue;
		fputs(between, out);
		print_stack(out, tree, node, path);
		between = ",\n";
	}
	fputs("\n],\"weights\":[", out);
	between = "\n";
	for (uint32_t node = call_tree_next(tree, 0); node; node = call_tree_next(tree, node)) {
		uint64_t value = self_value(tree, node, sort);

		if (value)
			fprintf(out, "%s%" PRIu64, between, value);
		if (value)
			between = ",\n";
	}
	free(path);
}

static void print_profile(FILE *out, const struct call_tree *tree, enum report_sort sort)
{
	fprintf(out,
		"{\"type\":\"sampled\",\"name\":\"%s\",\"unit\":\"%s\",\"startValue\":0,"
		"\"endValue\":%" PRIu64 ",\"samples\":[",
		report_sort_names[sort], units[sort], totals_value(&tree->nodes[0].totals, sort));
	print_samples(out, tree, sort);
	fputs("\n]}", out);
}

void view_speedscope(const struct view *view, const struct call_tree *tree)
{
	static const enum report_sort order[] = { REPORT_SORT_TIME, REPORT_SORT_CALLS,
						  REPORT_SORT_ERRORS, REPORT_SORT_BYTES };
	const char *command = profile_fact(view->profile, "command");
	unsigned int nr = 0, active = 0;

	fputs("{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\n"
	      "\"exporter\":\"scprof " PACKAGE_VERSION "\",\n\"name\":",
	      view->out);
	print_text(view->out, command ? command : "scprof");
	fputs(",\n\"shared\":{\"frames\":[", view->out);
	print_frames(view, tree);
	fputs("\n]},\n\"profiles\":[", view->out);
	for (unsigned int i = 0; i < NR_TREE_SORTS; i++) {
		/* There must be at least one profile, even if it is empty. */
		if (!totals_value(&tree->nodes[0].totals, order[i]) &&
		    order[i] != REPORT_SORT_CALLS)
			continue;
		if (order[i] == tree->sort)
			active = nr;
		fputs(nr++ ? ",\n" : "\n", view->out);
		print_profile(view->out, tree, order[i]);
	}
	fprintf(view->out, "\n],\n\"activeProfileIndex\":%u}\n", active);
}
