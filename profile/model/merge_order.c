// SPDX-License-Identifier: MIT
/*
 * Orders elements by content. Mappings and then frames are sorted once, and later compared by their
 * rank. Stacks are compared from the outermost frame, in at most as many steps as they are deep.
 */
#include "profile/model/merge_order.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/xalloc.h"

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

static const char *text_of(const struct profile *profile, uint32_t id)
{
	return string_table_get(&profile->strings, id);
}

static const struct function *function_of(const struct profile *profile, const struct line *line)
{
	return &profile->functions[line->function];
}

/* Returns true for `module+0x1234`, which means that there was no symbol. */
static bool is_bare(const struct profile *profile, const struct frame *frame)
{
	const struct function *function = function_of(profile, &profile->lines[frame->first_line]);
	const char *plus = strrchr(text_of(profile, function->name), '+');

	return frame->nr_lines == 1 && !function->file && plus && !strncmp(plus, "+0x", 3) &&
	       plus[3 + strspn(plus + 3, "0123456789abcdef")] == '\0';
}

static int compare_line(const struct profile *profile, const struct line *a,
			const struct profile *other, const struct line *b)
{
	const struct function *f = function_of(profile, a), *g = function_of(other, b);
	int order = COMPARE(f->file != 0, g->file != 0);

	if (!order)
		order = COMPARE(a->line, b->line);
	if (!order)
		order = strcmp(text_of(profile, f->name), text_of(other, g->name));
	if (!order)
		order = strcmp(text_of(profile, f->system_name), text_of(other, g->system_name));
	if (!order)
		order = strcmp(text_of(profile, f->file), text_of(other, g->file));
	return order ? order : COMPARE(f->start_line, g->start_line);
}

int merge_order_lines(const struct profile *profile, const struct frame *a,
		      const struct profile *other, const struct frame *b)
{
	int order = COMPARE(a->nr_lines != 0, b->nr_lines != 0);

	if (!order && a->nr_lines)
		order = -COMPARE(is_bare(profile, a), is_bare(other, b));
	if (!order)
		order = COMPARE(a->nr_lines, b->nr_lines);
	for (uint32_t i = 0; !order && i < a->nr_lines; i++)
		order = compare_line(profile, &profile->lines[a->first_line + i], other,
				     &other->lines[b->first_line + i]);
	return order;
}

struct ranks {
	const struct profile *profile;
	uint32_t *mappings; /* rank by id */
	uint32_t *frames;
	uint32_t *depths; /* depth by stack id */
};

static int compare_mappings(const void *a, const void *b, void *argument)
{
	const struct ranks *ranks = argument;
	const struct profile *profile = ranks->profile;
	const struct mapping *x = &profile->mappings[*(const uint32_t *)a];
	const struct mapping *y = &profile->mappings[*(const uint32_t *)b];
	int order = strcmp(text_of(profile, x->path), text_of(profile, y->path));

	if (!order)
		order = strcmp(text_of(profile, x->build_id), text_of(profile, y->build_id));
	if (!order)
		order = COMPARE(x->start, y->start);
	if (!order)
		order = COMPARE(x->limit, y->limit);
	return order ? order : COMPARE(x->file_offset, y->file_offset);
}

static int compare_frames(const void *a, const void *b, void *argument)
{
	const struct ranks *ranks = argument;
	const struct frame *x = &ranks->profile->frames[*(const uint32_t *)a];
	const struct frame *y = &ranks->profile->frames[*(const uint32_t *)b];
	int order = COMPARE(ranks->mappings[x->mapping], ranks->mappings[y->mapping]);

	return order ? order : COMPARE(x->offset, y->offset);
}

/* Returns the rank of each of @nr elements by id, in the order of @compare. */
static uint32_t *rank(uint32_t nr, int (*compare)(const void *, const void *, void *),
		      struct ranks *ranks)
{
	uint32_t *sorted = xcalloc(nr, sizeof(*sorted));
	uint32_t *places = xcalloc(nr, sizeof(*places));

	for (uint32_t id = 0; id < nr; id++)
		sorted[id] = id;
	qsort_r(sorted, nr, sizeof(*sorted), compare, ranks);
	for (uint32_t place = 0; place < nr; place++)
		places[sorted[place]] = place;
	free(sorted);
	return places;
}

static int compare_stacks(const struct ranks *ranks, uint32_t a, uint32_t b)
{
	const struct stack_node *nodes = ranks->profile->stacks.nodes;
	int order = COMPARE(ranks->depths[a], ranks->depths[b]);

	while (ranks->depths[a] > ranks->depths[b])
		a = nodes[a].parent;
	while (ranks->depths[b] > ranks->depths[a])
		b = nodes[b].parent;
	if (a == b)
		return order;
	while (nodes[a].parent != nodes[b].parent) {
		a = nodes[a].parent;
		b = nodes[b].parent;
	}
	return COMPARE(ranks->frames[nodes[a].frame], ranks->frames[nodes[b].frame]);
}

static int compare_touched(const struct profile *profile, const struct sample_key *x,
			   const struct sample_key *y)
{
	int order = strcmp(text_of(profile, x->path), text_of(profile, y->path));

	if (!order)
		order = COMPARE(x->fd, y->fd);
	return order ? order : COMPARE(x->kind, y->kind);
}

static int compare_samples(const void *a, const void *b, void *argument)
{
	const struct ranks *ranks = argument;
	const struct profile *profile = ranks->profile;
	const struct sample_key *x = &profile->samples[*(const uint32_t *)a].key;
	const struct sample_key *y = &profile->samples[*(const uint32_t *)b].key;
	int order = compare_stacks(ranks, x->stack, y->stack);

	if (!order)
		order = COMPARE(x->abi, y->abi);
	if (!order)
		order = COMPARE(x->nr, y->nr);
	if (!order)
		order = COMPARE(x->error, y->error);
	if (!order)
		order = COMPARE(x->bucket, y->bucket);
	if (!order)
		order = strcmp(text_of(profile, x->process), text_of(profile, y->process));
	if (!order)
		order = strcmp(text_of(profile, x->thread), text_of(profile, y->thread));
	if (!order)
		order = COMPARE(x->pid, y->pid);
	if (!order)
		order = COMPARE(x->tid, y->tid);
	if (!order)
		order = compare_touched(profile, x, y);
	if (!order)
		order = strcmp(text_of(profile, x->region), text_of(profile, y->region));
	return order ? order : COMPARE(x->run, y->run);
}

uint32_t *merge_order_samples(const struct profile *profile)
{
	struct ranks ranks = { .profile = profile };
	uint32_t *order = xcalloc((size_t)profile->nr_samples + 1, sizeof(*order));

	ranks.mappings = rank(profile->nr_mappings, compare_mappings, &ranks);
	ranks.frames = rank(profile->nr_frames, compare_frames, &ranks);
	ranks.depths = xcalloc(profile->stacks.nr, sizeof(*ranks.depths));
	for (uint32_t id = 1; id < profile->stacks.nr; id++)
		ranks.depths[id] = ranks.depths[profile->stacks.nodes[id].parent] + 1;
	for (uint32_t i = 0; i < profile->nr_samples; i++)
		order[i] = i;
	qsort_r(order, profile->nr_samples, sizeof(*order), compare_samples, &ranks);
	free(ranks.mappings);
	free(ranks.frames);
	free(ranks.depths);
	return order;
}
