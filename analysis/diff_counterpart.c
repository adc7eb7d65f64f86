// SPDX-License-Identifier: MIT
/*
 * When a function is renamed, is inlined without a trace, or ends with a tail call, its calls
 * appear under another name: one row loses calls and another gains them. Such rows have the same
 * system call and are related: one function calls the other, they are in one source file, or their
 * names are similar. Each row is paired once, with the most similar. A pair must account for all of
 * the growth, so a real growth is never hidden.
 */
#include "analysis/diff_counterpart.h"

#include <stdlib.h>
#include <string.h>

#include "profile/util/text.h"
#include "profile/util/xalloc.h"

#define MAX_CANDIDATES 2000 /* of each kind; if there are more, only the largest are compared */
#define MAX_FRAMES     4096
#define LEAST_LIKENESS 1.0

static bool stack_has(const struct call_names *names, uint32_t stack, uint32_t place)
{
	for (unsigned int i = 0; stack && i < MAX_FRAMES; i++) {
		if (names->stacks.nodes[stack].frame == place)
			return true;
		stack = names->stacks.nodes[stack].parent;
	}
	return false;
}

/* Returns the place that called @place in @stack; 0 if it is unknown. */
static uint32_t caller_of(const struct call_names *names, uint32_t stack, uint32_t place)
{
	for (unsigned int i = 0; stack && i < MAX_FRAMES; i++) {
		const struct stack_node *node = &names->stacks.nodes[stack];

		stack = node->parent;
		if (node->frame == place)
			return names->stacks.nodes[stack].frame;
	}
	return 0;
}

static double name_likeness(const char *a, const char *b)
{
	size_t a_length = strlen(a), b_length = strlen(b), prefix = 0, suffix = 0;
	size_t least = a_length < b_length ? a_length : b_length;

	while (prefix < least && a[prefix] == b[prefix])
		prefix++;
	while (suffix < least - prefix && a[a_length - suffix - 1] == b[b_length - suffix - 1])
		suffix++;
	return a_length + b_length ? 2.0 * (double)(prefix + suffix) / (double)(a_length + b_length)
				   : 0;
}

static const char *file_name(const struct call_names *names, uint32_t place)
{
	return text_basename(call_names_text(names, names->places[place].file));
}

bool diff_is_relinked(const struct call_names *names, const struct diff_row *gone,
		      const struct diff_row *came)
{
	const struct call_place *old = &names->places[gone->place];
	const struct call_place *new = &names->places[came->place];

	return gone->kind == DIFF_GONE && came->kind == DIFF_NEW && old->function &&
	       old->function == new->function && old->module != new->module;
}

/*
 * Returns the similarity of two rows, from 0 to about 4. Below LEAST_LIKENESS they are unrelated.
 */
static double likeness(const struct call_names *names, const struct diff_row *gone,
		       const struct diff_row *came)
{
	const struct call_place *old = &names->places[gone->place];
	const struct call_place *new = &names->places[came->place];
	uint32_t old_stack = gone->base.site->key.stack, new_stack = came->new.site->key.stack;
	double like = 0;

	if (old->module != new->module)
		return diff_is_relinked(names, gone, came) ? 2 * LEAST_LIKENESS : 0;
	if (stack_has(names, old_stack, came->place) || stack_has(names, new_stack, gone->place))
		like += 1.2;
	if (*file_name(names, gone->place) &&
	    !strcmp(file_name(names, gone->place), file_name(names, came->place)))
		like += 1;
	if (old_stack && new_stack && caller_of(names, old_stack, gone->place) &&
	    caller_of(names, old_stack, gone->place) == caller_of(names, new_stack, came->place))
		like += 0.5;
	if (old->function && new->function)
		like += name_likeness(call_names_text(names, old->function),
				      call_names_text(names, new->function)) *
			1.4;
	return like;
}

static bool may_pair(const struct diff *diff, const struct diff_row *gone,
		     const struct diff_row *came)
{
	uint64_t lost = gone->base.totals.calls - gone->new.totals.calls;
	uint64_t gained = came->new.totals.calls - came->base.totals.calls;

	if (gone->syscall != came->syscall)
		return false;
	if (diff_is_relinked(diff->new->names, gone, came))
		return true;
	/* If both names exist in both runs, they are a pair only if the sums agree. */
	if (gone->kind != DIFF_GONE || came->kind != DIFF_NEW)
		return lost == gained && diff->by == DIFF_BY_SITE;
	return gained <= count_add(lost, lost) && lost <= count_add(gained, gained);
}

static void find_for(struct diff *diff, uint32_t came)
{
	double best = LEAST_LIKENESS;
	uint32_t found = 0, nr_seen = 0;

	for (uint32_t i = 0; i < diff->nr && nr_seen < MAX_CANDIDATES; i++) {
		const struct diff_row *gone = &diff->rows[i];
		double like;

		if ((gone->kind != DIFF_GONE && gone->kind != DIFF_SHRANK) || gone->counterpart)
			continue;
		if (!gone->base.site || !may_pair(diff, gone, &diff->rows[came]))
			continue;
		nr_seen++;
		like = likeness(diff->new->names, gone, &diff->rows[came]);
		if (gone->base.totals.calls == diff->rows[came].new.totals.calls)
			like += 0.5;
		if (like > best) {
			best = like;
			found = i + 1;
		}
	}
	if (found) {
		diff->rows[came].counterpart = found;
		diff->rows[found - 1].counterpart = came + 1;
	}
}

void diff_find_counterparts(struct diff *diff)
{
	uint32_t nr_seen = 0;

	for (uint32_t i = 0; i < diff->nr && nr_seen < MAX_CANDIDATES; i++) {
		const struct diff_row *row = &diff->rows[i];

		if ((row->kind != DIFF_NEW && row->kind != DIFF_GREW) || !row->new.site)
			continue;
		nr_seen++;
		find_for(diff, i);
	}
}
