// SPDX-License-Identifier: MIT
/*
 * The result of a check as JSON, version 1: doc/json.md.
 */
#include <stdlib.h>

#include "cli/view/json_value.h"
#include "cli/view/view_check.h"
#include "cli/view/view_diff.h"

#define JSON_CHECK_VERSION 1

static const char *const kind_names[] = { "max", "growth", "none", "fewer" };

static json_t *new_verdict(const struct check_view *view, const struct verdict *verdict)
{
	const struct call_sites *new = view->judgement->new;
	const struct call_place *place = &new->names->places[verdict->place];
	json_t *object = json_value_object();

	json_value_set(object, "rule", json_value_number(verdict->rule));
	json_value_set(object, "group", json_value_number(verdict->leader));
	json_value_set(
		object, "level",
		json_value_text(
			budget_level_names[view->judgement->budget->rules[verdict->rule].level]));
	json_value_set(object, "limit", json_value_text(kind_names[verdict->kind]));
	json_value_set(object, "metric", json_value_text(budget_metric_names[verdict->metric]));
	json_value_set(object, "allocators", json_boolean(verdict->is_allocator));
	json_value_set(object, "now", json_value_number(verdict->now));
	json_value_set(object, "base", json_value_number(verdict->base));
	json_value_set(object, "allowed", json_value_number(verdict->allowed));
	json_value_set(object, "syscall",
		       json_value_text(call_names_text(new->names, verdict->syscall)));
	json_value_set(object, "function",
		       json_value_text(call_names_text(new->names, place->function)));
	json_value_set(object, "file",
		       json_value_take_text(diff_file_text(new, verdict->site, view->root)));
	json_value_set(object, "line_nr",
		       json_value_number(verdict->site ? verdict->site->key.line : 0));
	json_value_set(object, "callers", json_value_take_text(check_callers_text(view, verdict)));
	json_value_set(object, "message", json_value_take_text(check_verdict_text(view, verdict)));
	return object;
}

static json_t *new_rule(const struct check_view *view, uint32_t rule)
{
	const struct rule_outcome *outcome = &view->judgement->outcomes[rule];
	json_t *object = json_value_object();

	json_value_set(object, "name", json_value_text(view->judgement->budget->rules[rule].name));
	json_value_set(object, "place", json_value_take_text(check_rule_place(view, rule)));
	json_value_set(object, "judged", json_boolean(check_rule_is_judged(view, rule)));
	json_value_set(object, "broken", json_value_number(outcome->nr_verdicts));
	json_value_set(object, "sites", json_value_number(outcome->nr_sites));
	json_value_set(object, "varying", json_value_number(outcome->nr_varying));
	json_value_set(object, "moved", json_value_number(outcome->nr_moved));
	json_value_set(object, "unmatched", json_boolean(outcome->is_unmatched));
	return object;
}

void view_check_json(const struct check_view *view)
{
	const struct judgement *judgement = view->judgement;
	json_t *document = json_value_object();
	json_t *rules = json_value_array(), *broken = json_value_array(),
	       *gains = json_value_array(), *notes = json_value_array();

	for (uint32_t i = 0; i < judgement->budget->nr_rules; i++)
		json_value_append(rules, new_rule(view, i));
	for (uint32_t i = 0; i < judgement->nr; i++)
		json_value_append(broken, new_verdict(view, &judgement->verdicts[i]));
	for (uint32_t i = 0; i < judgement->nr_gains; i++)
		json_value_append(gains, new_verdict(view, &judgement->gains[i]));
	for (char *const *note = view->notes; note && *note; note++)
		json_value_append(notes, json_value_text(*note));
	json_value_set(document, "version", json_value_number(JSON_CHECK_VERSION));
	json_value_set(document, "kept", json_boolean(!judgement->nr_errors));
	json_value_set(document, "errors", json_value_number(judgement->nr_errors));
	json_value_set(document, "warnings", json_value_number(judgement->nr_warnings));
	json_value_set(document, "base", json_value_text(view->base_path));
	json_value_set(document, "new", json_value_text(view->new_path));
	json_value_set(document, "notes", notes);
	json_value_set(document, "rules", rules);
	json_value_set(document, "broken", broken);
	json_value_set(document, "fewer", gains);
	json_value_set(document, "keep", json_value_text(view->keep));
	json_value_print(document, view->out);
}
