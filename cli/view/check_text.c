// SPDX-License-Identifier: MIT
/*
 * Texts that all views of a check use.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/view_check.h"
#include "cli/view/view_diff.h"
#include "profile/symbols/c_library.h"
#include "profile/util/format.h"
#include "profile/util/xalloc.h"

#define MAX_CALLERS 6
#define MAX_GAINS   10

static char *amount_text(enum budget_metric metric, uint64_t amount)
{
	char text[FORMAT_SIZE];

	switch (metric) {
	case BUDGET_CALLS:
		return xasprintf("%" PRIu64 " call%s", amount, format_plural(amount));
	case BUDGET_ERRORS:
		return xasprintf("%" PRIu64 " error%s", amount, format_plural(amount));
	case BUDGET_BYTES:
		return xasprintf("%" PRIu64 " byte%s", amount, format_plural(amount));
	default:
		return xstrdup(format_time(text, amount));
	}
}

static char *bare_amount(enum budget_metric metric, uint64_t amount)
{
	char text[FORMAT_SIZE];

	return xstrdup(metric == BUDGET_TIME ? format_time(text, amount)
					     : format_count(text, amount));
}

char *check_figures_text(const struct verdict *verdict)
{
	char *now = amount_text(verdict->metric, verdict->now);
	char *base = bare_amount(verdict->metric, verdict->base);
	char *allowed = bare_amount(verdict->metric, verdict->allowed);
	bool is_fewer = verdict->now < verdict->base;
	char *more = bare_amount(verdict->metric, is_fewer ? verdict->base - verdict->now
							   : verdict->now - verdict->base);
	char *text;

	if (verdict->kind == VERDICT_NONE)
		text = xasprintf("%s, none allowed", now);
	else if (verdict->kind == VERDICT_MAX)
		text = xasprintf("%s, at most %s allowed", now, allowed);
	else if (verdict->allowed == verdict->base)
		text = xasprintf("%s, %s before (%c%s)", now, base, is_fewer ? '-' : '+', more);
	else
		text = xasprintf("%s, %s before (+%s), at most %s allowed", now, base, more,
				 allowed);
	free(now);
	free(base);
	free(allowed);
	free(more);
	return text;
}

char *check_place_text(const struct check_view *view, const struct verdict *verdict)
{
	const struct call_sites *new = view->judgement->new;
	const char *syscall = call_names_text(new->names, verdict->syscall);
	const struct budget_rule *rule = &view->judgement->budget->rules[verdict->rule];
	bool is_total = rule->per == BUDGET_PER_TOTAL && !rule->is_none;
	char *place, *text;

	if (!verdict->place && !verdict->syscall)
		return xstrdup(rule->name);
	place = diff_site_text(new, verdict->place, verdict->site, view->root);
	text = verdict->is_allocator
		       ? xasprintf("allocator calls in sum (most: %s in %s)", syscall, place)
	       : is_total ? xasprintf("%s (most: %s in %s)", rule->name, syscall, place)
			  : xasprintf("%s in %s", *syscall ? syscall : "calls", place);
	free(place);
	return text;
}

char *check_verdict_text(const struct check_view *view, const struct verdict *verdict)
{
	char *place = check_place_text(view, verdict);
	char *figures = check_figures_text(verdict);
	char *text = xasprintf("%s: %s", place, figures);

	free(place);
	free(figures);
	return text;
}

static bool is_in_c_library(const struct call_names *names, uint32_t place)
{
	return c_library_has_module(call_names_text(names, names->places[place].module));
}

/* Leaves out what the place called in the C library, and what called main. */
char *check_callers_text(const struct check_view *view, const struct verdict *verdict)
{
	const struct call_sites *new = view->judgement->new;
	const struct stack_node *nodes = new->names->stacks.nodes;
	uint32_t stack = verdict->site ? verdict->site->key.stack : 0;
	char *text = xstrdup("");

	while (stack && nodes[stack].frame != verdict->site->key.place)
		stack = nodes[stack].parent;
	for (unsigned int nr = 0; stack && nr < MAX_CALLERS; stack = nodes[stack].parent) {
		char *place, *longer;

		/*
		 * Skip functions of a runtime between two functions of the user. They say nothing
		 * about the program.
		 */
		if (nr && new->names->places[nodes[stack].frame].is_runtime)
			continue;
		if (nr && is_in_c_library(new->names, nodes[stack].frame))
			break;
		place = call_names_place_text(new->names, nodes[stack].frame, new->program);
		longer = xasprintf("%s%s%s", text, nr++ ? " < " : "", place);
		free(place);
		free(text);
		text = longer;
	}
	if (!strstr(text, " < "))
		*text = '\0';
	return text;
}

char *check_rule_place(const struct check_view *view, uint32_t rule)
{
	const struct budget *budget = view->judgement->budget;

	if (!budget->rules[rule].line)
		return xstrdup("built in");
	return xasprintf("%s:%" PRIu32, budget->path, budget->rules[rule].line);
}

char *check_rule_heading(const struct check_view *view, uint32_t rule)
{
	const struct budget_rule *which = &view->judgement->budget->rules[rule];
	char *place, *text;

	if (!which->line)
		return xasprintf("built-in rule: %s", which->name);
	place = check_rule_place(view, rule);
	text = xasprintf("%s (%s)", which->name, place);
	free(place);
	return text;
}

bool check_rule_is_judged(const struct check_view *view, uint32_t rule)
{
	const struct judgement *judgement = view->judgement;
	const struct budget_rule *judged = &judgement->budget->rules[rule];

	return judged->level != BUDGET_OFF && (judged->line || judgement->base);
}

char *check_rule_note(const struct check_view *view, uint32_t rule)
{
	const struct rule_outcome *outcome = &view->judgement->outcomes[rule];
	char *moved, *varying, *text;

	if (!check_rule_is_judged(view, rule))
		return NULL;
	if (outcome->is_unmatched)
		return xstrdup("the rule matches nothing in the run: correct it, or give it "
			       "'optional: true'");
	if (!outcome->nr_moved && !outcome->nr_varying)
		return NULL;
	moved = xasprintf("%" PRIu32 " site%s moved to other names", outcome->nr_moved,
			  format_plural(outcome->nr_moved));
	varying = xasprintf("%" PRIu32 " varying site%s not judged", outcome->nr_varying,
			    outcome->nr_varying == 1 ? " was" : "s were");
	text = xasprintf("%s%s%s", outcome->nr_moved ? moved : "",
			 outcome->nr_moved && outcome->nr_varying ? ", " : "",
			 outcome->nr_varying ? varying : "");
	free(moved);
	free(varying);
	return text;
}

char *check_gain_text(const struct check_view *view, uint32_t nr)
{
	const struct judgement *judgement = view->judgement;
	uint32_t nr_gains = judgement->nr_gains;
	uint32_t nr_shown = nr_gains < MAX_GAINS ? nr_gains : MAX_GAINS;
	char *gain, *text;

	if (nr < nr_shown) {
		gain = check_verdict_text(view, &judgement->gains[nr]);
		text = xasprintf("fewer calls: %s", gain);
		free(gain);
		return text;
	}
	nr -= nr_shown;
	if (nr_gains > nr_shown && nr-- == 0)
		return xasprintf("fewer calls at %" PRIu32 " more sites", nr_gains - nr_shown);
	if (nr || !view->keep || !judgement_has_fewer(judgement))
		return NULL;
	return xasprintf("to keep that: %s", view->keep);
}

/* ", 3 errors", or "" for none. */
static char *problem_count_text(uint32_t nr, const char *word)
{
	return nr ? xasprintf(", %" PRIu32 " %s%s", nr, word, format_plural(nr)) : xstrdup("");
}

char *check_summary_text(const struct check_view *view)
{
	const struct judgement *judgement = view->judgement;
	uint32_t nr_rules = 0, nr_broken = 0;
	char *errors, *warnings, *text;

	for (uint32_t i = 0; i < judgement->budget->nr_rules; i++) {
		nr_rules += check_rule_is_judged(view, i);
		nr_broken += judgement->outcomes[i].nr_verdicts > 0;
	}
	if (!judgement->nr)
		return xasprintf("OK: %" PRIu32 " rule%s kept, %" PRIu64 " calls checked", nr_rules,
				 format_plural(nr_rules), call_sites_total(judgement->new).calls);
	errors = problem_count_text(judgement->nr_errors, "error");
	warnings = problem_count_text(judgement->nr_warnings, "warning");
	text = xasprintf("%s: %" PRIu32 " of %" PRIu32 " rule%s broken%s%s",
			 judgement->nr_errors ? "FAILED" : "OK, with warnings", nr_broken, nr_rules,
			 format_plural(nr_rules), errors, warnings);
	free(errors);
	free(warnings);
	return text;
}
