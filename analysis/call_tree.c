// SPDX-License-Identifier: MIT
/*
 * A call tree has the structure of a stack table: (parent, label). So a stack table interns its
 * nodes. A string table interns the labels by a text with everything that distinguishes labels.
 * Sums are stored where samples end, and added up to the root in one pass, children before parents.
 *
 * In a folded tree, a function that is on the path is not entered again: the path returns to its
 * node. Usually it is not on the path. A filter of 64 bits for each node's path shows this without
 * a walk to the root.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/call_tree.h"
#include "analysis/frame_fold.h"
#include "profile/util/xalloc.h"

#define RECURSION_REACH 256

struct path {
	uint64_t labels; /* one bit for each label from the root to here; labels can share a bit */
	uint32_t again;	 /* the label that called this node's function recursively */
};

struct builder {
	const struct profile *profile;
	const struct report_filter *filter;
	unsigned int flags;
	struct frame_fold fold; /* only with CALL_TREE_FOLDED */
	struct stack_table shape;
	struct path *paths; /* by node id; only with CALL_TREE_FOLDED */
	uint32_t paths_capacity;
	struct string_table label_keys;
	struct call_label *labels; /* by label id; label_keys gives the ids */
	uint32_t labels_capacity;
	uint32_t *line_labels;	/* label ids, by line */
	uint32_t *frame_labels; /* label ids, by frame, for frames without lines */
	uint32_t *ends;		/* node by sample; 0: the sample is left out */
};

/* Returns the id of the label with @key. Takes over the name of @label if the label is new. */
static uint32_t intern_label(struct builder *builder, const char *key, struct call_label label)
{
	uint32_t known = builder->label_keys.nr;
	uint32_t id = string_table_intern(&builder->label_keys, key);

	if (id < known) {
		free(label.name);
		return id;
	}
	builder->labels =
		xgrow(builder->labels, id, &builder->labels_capacity, sizeof(*builder->labels));
	builder->labels[id] = label;
	return id;
}

static uint32_t label_location(struct builder *builder, uint32_t frame, uint32_t nth)
{
	struct location location = location_of(builder->profile, frame, nth);
	struct call_label label = { .is_syscall = false };
	char *key;
	uint32_t id;

	if (!(builder->flags & CALL_TREE_FILES))
		location.file = 0;
	location.line = 0;
	if (location.function && builder->flags & CALL_TREE_ANY_MODULE)
		location.module = 0;
	label.location = location;
	label.name = location_function(builder->profile, &location);
	key = xasprintf("f %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIx64, location.function,
			location.file, location.module, location.address);
	id = intern_label(builder, key, label);
	free(key);
	return id;
}

static uint32_t label_syscall(struct builder *builder, const struct sample_key *sample)
{
	struct call_label label = {
		.is_syscall = true,
		.nr = sample->nr,
		.abi = sample->abi,
		.name = report_syscall_label(sample->abi, sample->nr),
	};
	char *key = xasprintf("s %" PRIu32 " %u", sample->nr, sample->abi);
	uint32_t id = intern_label(builder, key, label);

	free(key);
	return id;
}

static void label_frames(struct builder *builder)
{
	const struct profile *profile = builder->profile;

	for (uint32_t id = 1; id < profile->nr_frames; id++) {
		const struct frame *frame = &profile->frames[id];

		if (!frame->nr_lines)
			builder->frame_labels[id] = label_location(builder, id, 0);
		for (uint32_t nth = 0; nth < frame->nr_lines; nth++)
			builder->line_labels[frame->first_line + nth] =
				label_location(builder, id, nth);
	}
}

static uint64_t label_bit(uint32_t label)
{
	return UINT64_C(1) << (label * UINT64_C(0x9e3779b97f4a7c15) >> 58);
}

/*
 * Returns the node of @label on the path from the root to @node. Returns 0 if it is not among the
 * innermost RECURSION_REACH nodes: a stack of the usual maximum depth cannot contain a longer cycle
 * twice.
 */
static uint32_t find_on_path(const struct builder *builder, uint32_t node, uint32_t label)
{
	const struct stack_node *nodes = builder->shape.nodes;

	if (!(builder->paths[node].labels & label_bit(label)))
		return 0;
	for (int i = 0; node && i < RECURSION_REACH; i++, node = nodes[node].parent) {
		if (nodes[node].frame == label)
			return node;
	}
	return 0;
}

/*
 * Returns the node of @label below @node. In a folded tree, returns the existing node on the path
 * if this is a recursion.
 */
static uint32_t enter_label(struct builder *builder, uint32_t node, uint32_t label)
{
	uint32_t nr = builder->shape.nr;
	uint32_t below;

	if (!(builder->flags & CALL_TREE_FOLDED))
		return stack_table_intern(&builder->shape, node, label);
	below = find_on_path(builder, node, label);
	if (below) {
		builder->paths[below].again = builder->shape.nodes[node].frame;
		return below;
	}
	below = stack_table_intern(&builder->shape, node, label);
	if (builder->shape.nr == nr)
		return below;
	builder->paths =
		xgrow(builder->paths, below, &builder->paths_capacity, sizeof(*builder->paths));
	builder->paths[below] =
		(struct path){ .labels = builder->paths[node].labels | label_bit(label) };
	return below;
}

static bool is_hidden(const struct builder *builder, uint32_t stack, uint32_t nth)
{
	return builder->flags & CALL_TREE_FOLDED && frame_fold_hides(&builder->fold, stack, nth);
}

/* Descends from @node through the functions of the frame of @stack, outermost first. */
static uint32_t enter_frame(struct builder *builder, uint32_t node, uint32_t stack)
{
	uint32_t id = builder->profile->stacks.nodes[stack].frame;
	const struct frame *frame = &builder->profile->frames[id];

	if (!frame->nr_lines)
		return enter_label(builder, node, builder->frame_labels[id]);
	for (uint32_t nth = frame->nr_lines; nth-- > 0;) {
		if (!is_hidden(builder, stack, nth))
			node = enter_label(builder, node,
					   builder->line_labels[frame->first_line + nth]);
	}
	return node;
}

/* Like enter_frame(), but innermost first. */
static uint32_t leave_frame(struct builder *builder, uint32_t node, uint32_t stack)
{
	uint32_t id = builder->profile->stacks.nodes[stack].frame;
	const struct frame *frame = &builder->profile->frames[id];

	if (!frame->nr_lines)
		return enter_label(builder, node, builder->frame_labels[id]);
	for (uint32_t nth = 0; nth < frame->nr_lines; nth++) {
		if (!is_hidden(builder, stack, nth))
			node = enter_label(builder, node,
					   builder->line_labels[frame->first_line + nth]);
	}
	return node;
}

static uint32_t innermost_of(const struct builder *builder, const struct sample *sample)
{
	if (builder->flags & CALL_TREE_FOLDED)
		return frame_fold_innermost(&builder->fold, sample);
	return sample->key.stack;
}

static uint32_t caller_of(const struct builder *builder, uint32_t stack)
{
	if (builder->flags & CALL_TREE_FOLDED)
		return frame_fold_caller(&builder->fold, stack);
	return builder->profile->stacks.nodes[stack].parent;
}

/*
 * Returns, by stack id, which stacks are on the way to a selected sample. The caller frees the
 * array.
 */
static bool *find_needed(const struct builder *builder)
{
	const struct profile *profile = builder->profile;
	bool *needed = xcalloc(profile->stacks.nr, sizeof(*needed));

	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		if (report_filter_has(builder->filter, &profile->samples[i]))
			needed[innermost_of(builder, &profile->samples[i])] = true;
	}
	for (uint32_t id = profile->stacks.nr; id-- > 1;) {
		if (needed[id])
			needed[caller_of(builder, id)] = true;
	}
	return needed;
}

static void build_top_down(struct builder *builder)
{
	const struct profile *profile = builder->profile;
	const struct stack_table *stacks = &profile->stacks;
	uint32_t *nodes = xcalloc(stacks->nr, sizeof(*nodes));
	bool *needed = find_needed(builder);

	for (uint32_t id = 1; id < stacks->nr; id++) {
		if (needed[id])
			nodes[id] = enter_frame(builder, nodes[caller_of(builder, id)], id);
	}
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		const struct sample *sample = &profile->samples[i];

		if (report_filter_has(builder->filter, sample))
			builder->ends[i] =
				enter_label(builder, nodes[innermost_of(builder, sample)],
					    label_syscall(builder, &sample->key));
	}
	free(needed);
	free(nodes);
}

/* Consecutive samples often have the same stack, which is then walked only once. */
static void build_callers(struct builder *builder)
{
	const struct profile *profile = builder->profile;
	uint32_t last_call = 0, last_stack = 0, last_end = 0;

	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		const struct sample *sample = &profile->samples[i];
		uint32_t stack, call, node;

		if (!report_filter_has(builder->filter, sample))
			continue;
		stack = innermost_of(builder, sample);
		call = enter_label(builder, 0, label_syscall(builder, &sample->key));
		if (call != last_call || stack != last_stack) {
			last_call = call;
			last_stack = stack;
			for (node = call; stack; stack = caller_of(builder, stack))
				node = leave_frame(builder, node, stack);
			last_end = node;
		}
		builder->ends[i] = last_end;
	}
}

static void builder_init(struct builder *builder, const struct profile *profile,
			 const struct report_filter *filter, unsigned int flags)
{
	*builder = (struct builder){ .profile = profile, .filter = filter, .flags = flags };
	stack_table_init(&builder->shape);
	string_table_init(&builder->label_keys);
	builder->labels = xgrow(NULL, 0, &builder->labels_capacity, sizeof(*builder->labels));
	builder->labels[0] = (struct call_label){ .name = xstrdup("") };
	builder->line_labels = xcalloc(profile->nr_lines + 1, sizeof(*builder->line_labels));
	builder->frame_labels = xcalloc(profile->nr_frames + 1, sizeof(*builder->frame_labels));
	builder->ends = xcalloc(profile->nr_samples + 1, sizeof(*builder->ends));
	label_frames(builder);
	if (!(flags & CALL_TREE_FOLDED))
		return;
	frame_fold_init(&builder->fold, profile);
	builder->paths = xgrow(NULL, 0, &builder->paths_capacity, sizeof(*builder->paths));
	builder->paths[0] = (struct path){ 0 };
}

static void builder_fini(struct builder *builder)
{
	stack_table_fini(&builder->shape);
	string_table_fini(&builder->label_keys);
	if (builder->flags & CALL_TREE_FOLDED)
		frame_fold_fini(&builder->fold);
	free(builder->paths);
	free(builder->line_labels);
	free(builder->frame_labels);
	free(builder->ends);
}

static void take_nodes(struct call_tree *tree, struct builder *builder)
{
	const struct profile *profile = builder->profile;

	tree->labels = builder->labels;
	tree->nr_labels = builder->label_keys.nr;
	tree->nr_nodes = builder->shape.nr;
	tree->nodes = xcalloc(tree->nr_nodes, sizeof(*tree->nodes));
	for (uint32_t id = 0; id < tree->nr_nodes; id++) {
		struct call_node *node = &tree->nodes[id];

		node->parent = builder->shape.nodes[id].parent;
		node->label = builder->shape.nodes[id].frame;
		node->again = builder->paths ? builder->paths[id].again : 0;
	}
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		struct totals totals = totals_of_sample(&profile->samples[i]);

		if (builder->ends[i])
			totals_add(&tree->nodes[builder->ends[i]].totals, &totals);
	}
	for (uint32_t id = tree->nr_nodes; id-- > 1;)
		totals_add(&tree->nodes[tree->nodes[id].parent].totals, &tree->nodes[id].totals);
}

struct totals call_tree_self(const struct call_tree *tree, uint32_t node)
{
	struct totals self = tree->nodes[node].totals;

	for (uint32_t child = tree->nodes[node].first_child; child;
	     child = tree->nodes[child].next_sibling) {
		const struct totals *below = &tree->nodes[child].totals;

		self.calls -= below->calls;
		self.errors -= below->errors;
		self.time_ns -= below->time_ns;
		self.bytes -= below->bytes;
	}
	return self;
}

uint64_t call_tree_value(const struct call_tree *tree, uint32_t node)
{
	return totals_value(&tree->nodes[node].totals, tree->sort);
}

static int compare_nodes(const void *a, const void *b, void *argument)
{
	const struct call_tree *tree = argument;
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	uint64_t left_value = call_tree_value(tree, left);
	uint64_t right_value = call_tree_value(tree, right);
	int order;

	if (left_value != right_value)
		return left_value > right_value ? -1 : 1;
	if (tree->nodes[left].totals.calls != tree->nodes[right].totals.calls)
		return tree->nodes[left].totals.calls > tree->nodes[right].totals.calls ? -1 : 1;
	order = strcmp(tree->labels[tree->nodes[left].label].name,
		       tree->labels[tree->nodes[right].label].name);
	if (order)
		return order;
	return left < right ? -1 : left > right;
}

/*
 * Returns all nodes except the root, grouped by parent. The children of node id end before
 * ends[id].
 */
static uint32_t *group_children(const struct call_tree *tree, uint32_t *ends)
{
	uint32_t *order = xcalloc(tree->nr_nodes, sizeof(*order));
	uint32_t start = 0;

	for (uint32_t id = 1; id < tree->nr_nodes; id++)
		ends[tree->nodes[id].parent]++;
	for (uint32_t id = 0; id < tree->nr_nodes; id++) {
		uint32_t nr = ends[id];

		ends[id] = start;
		start += nr;
	}
	for (uint32_t id = 1; id < tree->nr_nodes; id++)
		order[ends[tree->nodes[id].parent]++] = id;
	return order;
}

static void link_children(struct call_tree *tree)
{
	uint32_t *ends = xcalloc(tree->nr_nodes, sizeof(*ends));
	uint32_t *order = group_children(tree, ends);
	uint32_t start = 0;

	for (uint32_t id = 0; id < tree->nr_nodes; id++) {
		if (ends[id] - start > 1)
			qsort_r(order + start, ends[id] - start, sizeof(*order), compare_nodes,
				tree);
		if (ends[id] > start)
			tree->nodes[id].first_child = order[start];
		for (uint32_t i = start + 1; i < ends[id]; i++)
			tree->nodes[order[i - 1]].next_sibling = order[i];
		start = ends[id];
	}
	free(order);
	free(ends);
}

void call_tree_init(struct call_tree *tree, const struct profile *profile,
		    const struct report_filter *filter, enum report_sort sort, unsigned int flags)
{
	struct builder builder;

	builder_init(&builder, profile, filter, flags);
	if (flags & CALL_TREE_CALLERS)
		build_callers(&builder);
	else
		build_top_down(&builder);
	*tree = (struct call_tree){ .sort = sort };
	take_nodes(tree, &builder);
	builder_fini(&builder);
	link_children(tree);
}

uint32_t call_tree_next(const struct call_tree *tree, uint32_t node)
{
	if (tree->nodes[node].first_child)
		return tree->nodes[node].first_child;
	while (node && !tree->nodes[node].next_sibling)
		node = tree->nodes[node].parent;
	return tree->nodes[node].next_sibling;
}

void call_tree_fini(struct call_tree *tree)
{
	for (uint32_t i = 0; i < tree->nr_labels; i++)
		free(tree->labels[i].name);
	free(tree->labels);
	free(tree->nodes);
	*tree = (struct call_tree){ 0 };
}
