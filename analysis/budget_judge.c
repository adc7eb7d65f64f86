// SPDX-License-Identifier: MIT
/*
 * For each rule, makes copies of the two runs that hold only the sites that the rule selects. So
 * the rows of their difference are the rule's groups. The built-in rule leaves out sites for which
 * the file has a more specific rule.
 */
#include "analysis/budget_judge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/budget_group.h"
#include "analysis/budget_grown_site.h"
#include "analysis/budget_judging.h"
#include "analysis/diff_counterpart.h"
#include "profile/util/xalloc.h"

/*
 * How many verdicts of a rule get a source line. Finding a line examines all sites, and a reader
 * does not need more lines than these.
 */
#define MAX_LOCATED 200

static const struct budget_rule *rule_of(const struct judging *judging)
{
	return &judging->judgement->budget->rules[judging->rule];
}

static bool needs_baseline(const struct budget_rule *rule)
{
	for (int metric = 0; metric < NR_BUDGET_METRICS; metric++) {
		if (rule->limits[metric].has_growth)
			return true;
	}
	return false;
}

static bool limits_time(const struct budget_rule *rule, bool growth)
{
	const struct budget_limit *limit = &rule->limits[BUDGET_TIME];

	return growth ? limit->has_growth : limit->has_max || limit->has_growth;
}

/*
 * Returns true if a region that @rule selects cannot be known. This matters also if the rule is
 * off, because the built-in rule leaves out the rule's sites.
 */
static bool is_region_unknown(const struct budget *budget, const struct budget_rule *rule,
			      const struct call_sites *base, const struct call_sites *new)
{
	bool is_off = rule->level == BUDGET_OFF;
	bool is_compared =
		base && (is_off ? budget->rules[0].level != BUDGET_OFF : needs_baseline(rule));

	if (!rule->region)
		return false;
	if (is_compared && !base->has_stacks)
		return true;
	return (is_compared || !is_off) && !new->has_stacks;
}

/*
 * Returns the reason why a rule cannot be judged, which the caller frees. Returns NULL if it can.
 */
static char *find_obstacle(const struct budget *budget, const struct budget_rule *rule,
			   const struct call_sites *base, const struct call_sites *new)
{
	const char *path = budget->path ? budget->path : "";

	if (is_region_unknown(budget, rule, base, new))
		return xasprintf("%s:%u: '%s' selects by region, which a baseline in text does not "
				 "hold: take a profile for the baseline",
				 path, rule->line, rule->name);
	if (rule->level == BUDGET_OFF || !rule->line)
		return NULL;
	if (needs_baseline(rule) && !base)
		return xasprintf("%s:%u: '%s' limits growth, and there is no baseline", path,
				 rule->line, rule->name);
	if (rule->under && (!new->has_stacks || (needs_baseline(rule) && !base->has_stacks)))
		return xasprintf(
			"%s:%u: '%s' selects by callers, which a baseline in text does not "
			"hold: take a profile for the baseline",
			path, rule->line, rule->name);
	if (limits_time(rule, false) &&
	    (!new->has_time || (limits_time(rule, true) && !base->has_time)))
		return xasprintf("%s:%u: '%s' limits time, which a baseline in text does not hold: "
				 "take a profile for the baseline",
				 path, rule->line, rule->name);
	return NULL;
}

/*
 * Returns true if another rule is responsible for @site: a rule of the file that limits the growth
 * of calls or is off. Applies to the built-in rule only.
 */
static bool is_left_to_others(const struct judging *judging, const struct call_site *site,
			      const char *program)
{
	const struct budget *budget = judging->judgement->budget;

	for (uint32_t i = 1; judging->rule == 0 && i < budget->nr_rules; i++) {
		const struct budget_rule *rule = &budget->rules[i];

		if (rule->level != BUDGET_OFF && !rule->limits[BUDGET_CALLS].has_growth)
			continue;
		if (budget_selection_has(&judging->selections[i], site, program))
			return true;
	}
	return false;
}

static void select_sites(const struct judging *judging, struct call_sites *selected,
			 const struct call_sites *from)
{
	const struct budget_selection *selection = &judging->selections[judging->rule];

	call_sites_init(selected, judging->judgement->new->names);
	/* A baseline in text does not say in which region a call was made. */
	if (from && selection->regions && !from->has_stacks)
		return;
	for (uint32_t i = 0; from && i < from->nr; i++) {
		const struct call_site *site = &from->sites[i];
		struct call_site *copy;

		if (!budget_built_in_includes(judging, site) ||
		    !budget_selection_has(selection, site, from->program) ||
		    is_left_to_others(judging, site, from->program))
			continue;
		copy = call_sites_add(selected, &site->key, &site->totals);
		copy->abi = site->abi;
		copy->nr = site->nr;
		copy->file = site->file;
		if (site->varying) {
			copy->varying = xcalloc(from->nr_runs, sizeof(*copy->varying));
			memcpy(copy->varying, site->varying,
			       from->nr_runs * sizeof(*copy->varying));
		}
	}
	if (from) {
		selected->nr_runs = from->nr_runs;
		selected->has_stacks = from->has_stacks;
	}
}

static uint64_t value_of(const struct diff_side *side, enum budget_metric metric, bool is_greatest)
{
	switch (metric) {
	case BUDGET_CALLS:
		return is_greatest ? side->calls_max : side->calls_min;
	case BUDGET_ERRORS:
		return side->totals.errors;
	case BUDGET_BYTES:
		return side->totals.bytes;
	default:
		return side->totals.time_ns;
	}
}

static uint64_t allowed_growth(const struct budget_limit *limit, uint64_t base)
{
	double allowed = limit->is_percent ? (double)base * limit->growth / 100 : limit->growth;

	return allowed >= 1.8e19 ? UINT64_MAX : (uint64_t)allowed;
}

/*
 * Returns false for a varying site if no growth is allowed, and for a site that has only moved;
 * counts both.
 */
static bool is_growth_judged(struct judging *judging, const struct diff *diff,
			     const struct diff_row *row, const struct budget_limit *limit)
{
	struct rule_outcome *outcome = &judging->judgement->outcomes[judging->rule];
	const struct diff_row *other = row->counterpart ? &diff->rows[row->counterpart - 1] : NULL;

	if (limit->growth <= 0 && diff_row_varies(row)) {
		outcome->nr_varying++;
		return false;
	}
	if (row->new.calls_max <= row->base.calls_max)
		return true;
	if ((other && row->new.totals.calls - row->base.totals.calls <=
			      other->base.totals.calls - other->new.totals.calls) ||
	    (!judging->rule && !budget_net_has_grown(&judging->net, row->syscall))) {
		outcome->nr_moved++;
		return false;
	}
	return true;
}

/*
 * If the function of @row was in another module before, returns the value that it had there.
 * Otherwise returns 0.
 */
static uint64_t relinked_value(const struct diff *diff, const struct diff_row *row,
			       enum budget_metric metric)
{
	const struct diff_row *other = row->counterpart ? &diff->rows[row->counterpart - 1] : NULL;

	if (!other || !diff_is_relinked(diff->new->names, other, row))
		return 0;
	return value_of(&other->base, metric, true);
}

static void judge_metric(struct judging *judging, const struct diff *diff,
			 const struct diff_row *row, enum budget_metric metric)
{
	const struct budget_rule *rule = rule_of(judging);
	const struct budget_limit *limit = &rule->limits[metric];
	struct verdict verdict = {
		.rule = judging->rule,
		.metric = metric,
		.place = row->place,
		.syscall = row->syscall,
		.base = value_of(&row->base, metric, true),
		.now = value_of(&row->new, metric, true),
	};

	if (metric == BUDGET_CALLS && rule->is_none && verdict.now) {
		verdict.kind = VERDICT_NONE;
		budget_add_verdict(judging, &verdict);
		return;
	}
	if (limit->has_max && verdict.now > limit->max) {
		verdict.kind = VERDICT_MAX;
		verdict.allowed = limit->max;
		budget_add_verdict(judging, &verdict);
		return;
	}
	verdict.kind = VERDICT_GROWTH;
	verdict.base = count_add(verdict.base, relinked_value(diff, row, metric));
	verdict.allowed = count_add(verdict.base, allowed_growth(limit, verdict.base));
	if (limit->has_growth && is_growth_judged(judging, diff, row, limit) &&
	    verdict.now > verdict.allowed)
		budget_add_verdict(judging, &verdict);
}

static void judge_row(struct judging *judging, const struct diff *diff, const struct diff_row *row)
{
	judging->judgement->outcomes[judging->rule].nr_sites++;
	for (int metric = 0; metric < NR_BUDGET_METRICS; metric++)
		judge_metric(judging, diff, row, (enum budget_metric)metric);
}

/*
 * Judges the sum of all rows. Varying sites are added up run by run, so only the range of the sum
 * matters.
 */
static void judge_total(struct judging *judging)
{
	struct diff diff;
	struct diff_row row = { 0 };

	diff_init_total(&diff, &judging->base, &judging->new, &row);
	judge_row(judging, &diff, &row);
	judging->judgement->outcomes[judging->rule].nr_sites = diff.nr;
	diff_fini(&diff);
}

static void judge_sites(struct judging *judging)
{
	struct diff diff;

	budget_net_init(&judging->net, &judging->base, &judging->new);
	diff_init(&diff, &judging->base, &judging->new, DIFF_BY_SITE, DIFF_SORT_COST);
	for (uint32_t i = 0; i < diff.nr; i++) {
		judge_row(judging, &diff, &diff.rows[i]);
		budget_built_in_note_gain(judging, &diff.rows[i]);
	}
	diff_fini(&diff);
	budget_net_fini(&judging->net);
}

/*
 * Finds the place to show for @verdict. Looks it up in the runs of the judgement, which outlive
 * this function's data.
 */
static void locate(const struct judging *judging, struct verdict *verdict)
{
	const struct judgement *judgement = judging->judgement;
	uint32_t place = verdict->place, syscall = verdict->syscall;
	const struct call_site *site;

	if (verdict->is_allocator ||
	    (rule_of(judging)->per == BUDGET_PER_TOTAL && !rule_of(judging)->is_none)) {
		struct diff diff;

		diff_init(&diff, &judging->base, &judging->new, DIFF_BY_SITE, DIFF_SORT_CALLS);
		place = diff.nr ? diff.rows[0].place : 0;
		syscall = diff.nr ? diff.rows[0].syscall : 0;
		diff_fini(&diff);
	}
	site = budget_grown_site(&judging->base, &judging->new, place, syscall);
	verdict->place = place;
	verdict->syscall = syscall;
	verdict->site = NULL;
	for (uint32_t k = 0; site && k < judgement->new->nr; k++) {
		if (!memcmp(&judgement->new->sites[k].key, &site->key, sizeof(site->key)))
			verdict->site = &judgement->new->sites[k];
	}
}

/*
 * Finds the places to show for the verdicts of the rule, which begin at @first, and for the gains.
 */
static void locate_verdicts(struct judging *judging, uint32_t first)
{
	struct judgement *judgement = judging->judgement;
	bool has_gains = !judging->rule && !judging->is_allocator;

	for (uint32_t i = first; i < judgement->nr && i - first < MAX_LOCATED; i++)
		locate(judging, &judgement->verdicts[i]);
	for (uint32_t i = 0; has_gains && i < judgement->nr_gains && i < MAX_LOCATED; i++)
		locate(judging, &judgement->gains[i]);
}

/* Returns true if a selected region occurs in either run. A baseline in text has no regions. */
static bool has_region(const struct judging *judging)
{
	const struct budget_selection *selection = &judging->selections[judging->rule];
	const struct call_sites *base = judging->judgement->base;

	return budget_selection_has_region(selection, judging->judgement->new) ||
	       (base && base->has_stacks && budget_selection_has_region(selection, base));
}

static void judge_built_in_allocators(struct judging *judging)
{
	uint32_t first = judging->judgement->nr;

	judging->is_allocator = true;
	select_sites(judging, &judging->base, judging->judgement->base);
	select_sites(judging, &judging->new, judging->judgement->new);
	budget_built_in_judge_allocators(judging);
	locate_verdicts(judging, first);
	call_sites_fini(&judging->base);
	call_sites_fini(&judging->new);
	judging->is_allocator = false;
}

static void judge_rule(struct judging *judging)
{
	struct judgement *judgement = judging->judgement;
	const struct budget_rule *rule = rule_of(judging);
	const struct budget_selection *selection = &judging->selections[judging->rule];
	uint32_t first = judgement->nr;

	if (rule->level == BUDGET_OFF || (!rule->line && !judgement->base))
		return;
	select_sites(judging, &judging->base, judgement->base);
	select_sites(judging, &judging->new, judgement->new);
	if (rule->per == BUDGET_PER_SITE || rule->is_none)
		judge_sites(judging);
	else
		judge_total(judging);
	locate_verdicts(judging, first);
	if (rule->per == BUDGET_PER_SITE || rule->is_none)
		budget_group_verdicts(judgement, first, &judging->new);
	judgement->outcomes[judging->rule].is_unmatched =
		!rule->is_optional &&
		(!selection->has_place || !selection->has_stack || !has_region(judging) ||
		 (!rule->is_none && !judging->base.nr && !judging->new.nr));
	call_sites_fini(&judging->base);
	call_sites_fini(&judging->new);
	if (!judging->rule)
		judge_built_in_allocators(judging);
}

/*
 * Returns why one of the first @nr_rules could not be matched; the caller frees the text. Returns
 * NULL if all could.
 */
static char *find_failure(const struct budget *budget, uint32_t nr_rules)
{
	for (uint32_t i = 0; i < nr_rules; i++) {
		const struct budget_rule *rule = &budget->rules[i];
		const char *failure = budget_rule_failure(rule);

		if (failure)
			return xasprintf("%s:%u: %s", budget->path ? budget->path : "", rule->line,
					 failure);
	}
	return NULL;
}

/*
 * Returns why not all rules can be judged, which the caller frees. Returns NULL if they were
 * judged.
 */
static char *judge_rules(struct judging *judging)
{
	const struct budget *budget = judging->judgement->budget;

	for (uint32_t i = 0; i < budget->nr_rules; i++) {
		budget_selection_init(&judging->selections[i], &budget->rules[i],
				      judging->judgement->new->names);
		if (budget_rule_failure(&budget->rules[i]))
			return find_failure(budget, i + 1);
	}
	for (; judging->rule < budget->nr_rules; judging->rule++)
		judge_rule(judging);
	/* Process names are matched during the judging, so check again for exceeded limits. */
	return find_failure(budget, budget->nr_rules);
}

int judgement_init(struct judgement *judgement, const struct budget *budget,
		   const struct call_sites *base, const struct call_sites *new, char **error)
{
	struct judging judging = { .judgement = judgement };

	*error = NULL;
	for (uint32_t i = 0; i < budget->nr_rules && !*error; i++)
		*error = find_obstacle(budget, &budget->rules[i], base, new);
	if (*error)
		return -EINVAL;
	*judgement = (struct judgement){ .budget = budget, .base = base, .new = new };
	judgement->outcomes = xcalloc(budget->nr_rules, sizeof(*judgement->outcomes));
	judging.selections = xcalloc(budget->nr_rules, sizeof(*judging.selections));
	*error = judge_rules(&judging);
	for (uint32_t i = 0; i < budget->nr_rules; i++)
		budget_selection_fini(&judging.selections[i]);
	free(judging.selections);
	if (!*error)
		return 0;
	judgement_fini(judgement);
	return -EINVAL;
}

void judgement_fini(struct judgement *judgement)
{
	free(judgement->verdicts);
	free(judgement->gains);
	free(judgement->outcomes);
	*judgement = (struct judgement){ 0 };
}

bool judgement_has_fewer(const struct judgement *judgement)
{
	for (uint32_t i = 0; i < judgement->nr; i++) {
		if (judgement->verdicts[i].kind == VERDICT_FEWER)
			return true;
	}
	return judgement->nr_gains > 0;
}
