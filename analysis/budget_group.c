// SPDX-License-Identifier: MIT
/*
 * Works on the tree of stacks. A node is clean if a site at the node or below it keeps its limit.
 * From the site of a verdict, this module climbs towards main to the outermost node that is not
 * clean. All sites below this node break their limits, so the node is probably the call that was
 * added. Verdicts have the same cause if their nodes have the same caller:
 *
 *	serve                      clean
 *	  handle_request           clean: its writes keep the limit
 *	    load_config            not clean
 *	      openat, read, close  three verdicts with one cause, below handle_request
 *
 * A function in which a thread or the program begins calls everything, so it is never the cause.
 */
#include "analysis/budget_group.h"

#include <stdlib.h>
#include <string.h>

#include "profile/symbols/c_library.h"
#include "profile/util/xalloc.h"

#define MAX_GROUPED 200 /* if there are more verdicts, none is grouped: all pairs are compared */

struct grouping {
	const struct judgement *judgement;
	const struct stack_node *nodes;
	bool *is_clean; /* by stack id */
};

static bool is_same_row(const struct verdict *verdict, const struct call_site *site)
{
	return verdict->place == site->key.place && verdict->syscall == site->key.syscall;
}

static bool has_broken(const struct judgement *judgement, uint32_t first,
		       const struct call_site *site)
{
	for (uint32_t i = first; i < judgement->nr; i++) {
		if (is_same_row(&judgement->verdicts[i], site))
			return true;
	}
	return false;
}

static void mark_clean(struct grouping *grouping, const struct call_sites *sites, uint32_t first)
{
	for (uint32_t i = 0; i < sites->nr; i++) {
		uint32_t stack = sites->sites[i].key.stack;

		if (has_broken(grouping->judgement, first, &sites->sites[i]))
			continue;
		for (; stack && !grouping->is_clean[stack]; stack = grouping->nodes[stack].parent)
			grouping->is_clean[stack] = true;
	}
}

static const struct call_place *place_of(const struct grouping *grouping, uint32_t stack)
{
	return &grouping->judgement->new->names->places[grouping->nodes[stack].frame];
}

static bool is_in_c_library(const struct grouping *grouping, uint32_t stack)
{
	const struct call_names *names = grouping->judgement->new->names;

	return c_library_has_module(call_names_text(names, place_of(grouping, stack)->module));
}

/* Returns true for `main`, `main.main` of Go, `app::main` of Rust. */
static bool is_named_main(const char *function)
{
	size_t length = strlen(function);

	if (length < 4 || strcmp(function + length - 4, "main") != 0)
		return false;
	return length == 4 || function[length - 5] == '.' || function[length - 5] == ':';
}

/* Returns true for a function in which the program or a thread begins. */
static bool is_begin(const struct grouping *grouping, uint32_t stack)
{
	const struct call_names *names = grouping->judgement->new->names;
	uint32_t parent = grouping->nodes[stack].parent;

	return !parent || is_in_c_library(grouping, parent) ||
	       is_named_main(call_names_text(names, place_of(grouping, stack)->function));
}

/*
 * Returns the stack id of the caller of the call that was probably added, or 0. @stack is the stack
 * of a verdict's site, and @place is the place of the site.
 */
static uint32_t cause_of(const struct grouping *grouping, uint32_t place, uint32_t stack)
{
	const struct stack_node *nodes = grouping->nodes;

	/* Frames of the C library that the site called belong to the site. */
	while (stack && nodes[stack].frame != place)
		stack = nodes[stack].parent;
	if (!stack || is_begin(grouping, stack) || grouping->is_clean[stack])
		return stack;
	while (!grouping->is_clean[nodes[stack].parent] && !is_begin(grouping, nodes[stack].parent))
		stack = nodes[stack].parent;
	/* If the program or a thread begins in the caller, the added call is a group of its own. */
	return is_begin(grouping, nodes[stack].parent) ? stack : nodes[stack].parent;
}

static bool can_be_grouped(const struct verdict *verdict)
{
	return verdict->site && !verdict->is_allocator &&
	       (verdict->kind == VERDICT_GROWTH || verdict->kind == VERDICT_NONE);
}

static uint32_t find_cause(const struct grouping *grouping, const struct verdict *verdict)
{
	return can_be_grouped(verdict)
		       ? cause_of(grouping, verdict->place, verdict->site->key.stack)
		       : 0;
}

static uint32_t count(const uint32_t *causes, uint32_t nr, uint32_t cause)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < nr; i++)
		found += causes[i] == cause;
	return found;
}

/*
 * A baseline in text has no stacks. So if a function is called from several places, @verdict may
 * show the wrong place. If another place has the same cause as other verdicts, uses that place.
 */
static void join(const struct grouping *grouping, struct verdict *verdict, uint32_t *causes,
		 uint32_t nr, uint32_t at)
{
	const struct call_sites *all = grouping->judgement->new;

	if (!causes[at] || count(causes, nr, causes[at]) > 1)
		return;
	for (uint32_t i = 0; i < all->nr; i++) {
		const struct call_site *site = &all->sites[i];
		uint32_t cause;

		if (!is_same_row(verdict, site) || site->key.kind != verdict->site->key.kind)
			continue;
		cause = cause_of(grouping, verdict->place, site->key.stack);
		if (cause && cause != causes[at] && count(causes, nr, cause) > 1) {
			causes[at] = cause;
			verdict->site = site;
			return;
		}
	}
}

/*
 * Returns true if @a should be shown before @b: both are in one function, and @a is on an earlier
 * line.
 */
static bool is_before(const struct verdict *a, const struct verdict *b)
{
	return a->place == b->place && a->site->key.line && a->site->key.line < b->site->key.line;
}

/*
 * Chooses the leader of all verdicts that have the cause of verdict @at. causes[0] is the cause of
 * verdict @first. Together these verdicts count as one error or warning.
 */
static void set_leader(struct judgement *judgement, uint32_t first, const uint32_t *causes,
		       uint32_t at)
{
	uint32_t leader = at;

	for (uint32_t i = at + 1; i < judgement->nr; i++) {
		if (causes[i - first] == causes[at - first] &&
		    judgement->verdicts[i].kind == judgement->verdicts[at].kind &&
		    is_before(&judgement->verdicts[i], &judgement->verdicts[leader]))
			leader = i;
	}
	for (uint32_t i = at; i < judgement->nr; i++) {
		if (causes[i - first] != causes[at - first] ||
		    judgement->verdicts[i].kind != judgement->verdicts[at].kind)
			continue;
		judgement->verdicts[i].leader = leader;
		if (i == leader)
			continue;
		if (judgement->budget->rules[judgement->verdicts[i].rule].level == BUDGET_ERROR)
			judgement->nr_errors--;
		else
			judgement->nr_warnings--;
	}
}

void budget_group_verdicts(struct judgement *judgement, uint32_t first,
			   const struct call_sites *sites)
{
	struct grouping grouping = {
		.judgement = judgement,
		.nodes = sites->names->stacks.nodes,
	};
	uint32_t nr = judgement->nr - first;
	uint32_t *causes;

	if (nr < 2 || nr > MAX_GROUPED || !sites->has_stacks)
		return;
	grouping.is_clean = xcalloc(sites->names->stacks.nr + 1, sizeof(*grouping.is_clean));
	causes = xcalloc(nr, sizeof(*causes));
	mark_clean(&grouping, sites, first);
	for (uint32_t i = 0; i < nr; i++)
		causes[i] = find_cause(&grouping, &judgement->verdicts[first + i]);
	for (uint32_t i = 0; i < nr; i++)
		join(&grouping, &judgement->verdicts[first + i], causes, nr, i);
	for (uint32_t i = 0; i < nr; i++) {
		bool is_new = causes[i] != 0;

		for (uint32_t k = 0; k < i && is_new; k++)
			is_new = causes[k] != causes[i] ||
				 judgement->verdicts[first + k].kind !=
					 judgement->verdicts[first + i].kind;
		if (is_new)
			set_leader(judgement, first, causes, first + i);
	}
	free(causes);
	free(grouping.is_clean);
}
