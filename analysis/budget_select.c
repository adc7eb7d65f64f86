// SPDX-License-Identifier: MIT
/*
 * Each place is matched once. `under` holds for a stack if it holds for its innermost frame or for
 * its caller's stack. Callers have smaller ids, so one pass is enough.
 */
#include "analysis/budget_select.h"

#include <stdlib.h>

#include "profile/util/pattern.h"
#include "profile/util/xalloc.h"

static bool matches(const struct pattern *pattern, const char *text)
{
	return *text && pattern_matches(pattern, text);
}

static bool *match_places(const struct call_names *names, const struct pattern *pattern)
{
	bool *places = xcalloc(names->nr_places, sizeof(*places));

	for (uint32_t i = 1; i < names->nr_places; i++) {
		const struct call_place *place = &names->places[i];

		places[i] = matches(pattern, call_names_text(names, place->function)) ||
			    matches(pattern, call_names_text(names, place->file));
	}
	return places;
}

static bool *match_stacks(const struct call_names *names, const struct pattern *pattern)
{
	bool *places = match_places(names, pattern);
	bool *stacks = xcalloc(names->stacks.nr, sizeof(*stacks));

	for (uint32_t id = 1; id < names->stacks.nr; id++) {
		const struct stack_node *node = &names->stacks.nodes[id];

		stacks[id] = stacks[node->parent] || places[node->frame];
	}
	free(places);
	return stacks;
}

/*
 * As with `scprof report --region`, the empty label of calls outside of all regions can match, too.
 */
static bool *match_regions(const struct call_names *names, const struct pattern *pattern)
{
	bool *regions = xcalloc(names->strings.nr, sizeof(*regions));

	for (uint32_t id = 0; id < names->strings.nr; id++)
		regions[id] = pattern_matches(pattern, call_names_text(names, id));
	return regions;
}

static bool has_any(const bool *flags, uint32_t nr)
{
	for (uint32_t i = 0; flags && i < nr; i++) {
		if (flags[i])
			return true;
	}
	return !flags;
}

void budget_selection_init(struct budget_selection *selection, const struct budget_rule *rule,
			   const struct call_names *names)
{
	*selection = (struct budget_selection){ .rule = rule, .names = names };
	if (rule->in)
		selection->places = match_places(names, rule->in);
	if (rule->under)
		selection->stacks = match_stacks(names, rule->under);
	if (rule->region)
		selection->regions = match_regions(names, rule->region);
	selection->has_place = has_any(selection->places, names->nr_places);
	selection->has_stack = has_any(selection->stacks, names->stacks.nr);
}

void budget_selection_fini(struct budget_selection *selection)
{
	free(selection->places);
	free(selection->stacks);
	free(selection->regions);
	*selection = (struct budget_selection){ 0 };
}

const char *budget_rule_failure(const struct budget_rule *rule)
{
	const struct pattern *patterns[] = { rule->process, rule->in, rule->under, rule->region };
	const char *failure = NULL;

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]) && !failure; i++)
		failure = patterns[i] ? pattern_failure(patterns[i]) : NULL;
	return failure;
}

bool budget_selection_has_region(const struct budget_selection *selection,
				 const struct call_sites *sites)
{
	for (uint32_t i = 0; selection->regions && i < sites->nr; i++) {
		if (selection->regions[sites->sites[i].key.region])
			return true;
	}
	return !selection->regions;
}

static bool has_error(const struct budget_rule *rule, uint32_t error)
{
	for (uint32_t i = 0; i < rule->nr_errors; i++) {
		if (rule->errors[i] == error)
			return true;
	}
	return !rule->nr_errors;
}

bool budget_selection_has(const struct budget_selection *selection, const struct call_site *site,
			  const char *program)
{
	const struct budget_rule *rule = selection->rule;
	const char *process = site->key.process
				      ? call_names_text(selection->names, site->key.process)
			      : program ? program
					: "";

	if (rule->syscalls &&
	    (site->nr == UINT32_MAX || !syscall_set_has(rule->syscalls, site->abi, site->nr)))
		return false;
	if (rule->process && !matches(rule->process, process))
		return false;
	if (selection->places && !selection->places[site->key.place])
		return false;
	if (selection->stacks && !selection->stacks[site->key.stack])
		return false;
	if (selection->regions && !selection->regions[site->key.region])
		return false;
	return has_error(rule, site->key.error);
}
