// SPDX-License-Identifier: MIT
/*
 * The built-in rule is judged in two passes: first the program's sites, then those of allocators.
 */
#include "analysis/budget_judging.h"

#include "analysis/site_kind.h"
#include "profile/util/xalloc.h"

void budget_add_verdict(struct judging *judging, const struct verdict *verdict)
{
	struct judgement *judgement = judging->judgement;

	judgement->verdicts = xgrow(judgement->verdicts, judgement->nr, &judgement->capacity,
				    sizeof(*judgement->verdicts));
	judgement->verdicts[judgement->nr] = *verdict;
	judgement->verdicts[judgement->nr].leader = judgement->nr;
	judgement->nr++;
	judgement->outcomes[judging->rule].nr_verdicts++;
	if (judgement->budget->rules[judging->rule].level == BUDGET_ERROR)
		judgement->nr_errors++;
	else
		judgement->nr_warnings++;
}

bool budget_built_in_includes(const struct judging *judging, const struct call_site *site)
{
	const struct judgement *judgement = judging->judgement;
	const char *syscall = call_names_text(judgement->new->names, site->key.syscall);
	bool is_allocator = site->key.kind == SITE_ALLOCATOR;

	if (judging->rule)
		return true;
	if (site->key.kind == SITE_WAIT || site->key.kind == SITE_RUNTIME)
		return false;
	if (!judgement->base->has_kinds)
		is_allocator = site_kind_is_memory(syscall);
	return is_allocator == judging->is_allocator;
}

void budget_built_in_judge_allocators(struct judging *judging)
{
	struct judgement *judgement = judging->judgement;
	bool has_threads =
		budget_net_has_threads(judgement->base) || budget_net_has_threads(judgement->new);
	struct verdict verdict = { .kind = VERDICT_GROWTH, .is_allocator = true };
	struct diff diff;
	struct diff_row row = { 0 };

	diff_init_total(&diff, &judging->base, &judging->new, &row);
	verdict.base = row.base.calls_max;
	verdict.now = row.new.calls_max;
	verdict.allowed = budget_net_allocator_limit(verdict.base, has_threads);
	if (verdict.now > verdict.allowed)
		budget_add_verdict(judging, &verdict);
	judgement->outcomes[judging->rule].nr_sites += diff.nr;
	diff_fini(&diff);
}

void budget_built_in_note_gain(struct judging *judging, const struct diff_row *row)
{
	struct judgement *judgement = judging->judgement;
	struct verdict gain = {
		.kind = VERDICT_FEWER,
		.place = row->place,
		.syscall = row->syscall,
		.base = row->base.calls_max,
		.now = row->new.calls_max,
		.allowed = row->base.calls_max,
	};

	/*
	 * An old baseline does not say which calls a runtime makes. The new run leaves such calls
	 * out, so they would seem to be gone.
	 */
	if (judging->rule || !judgement->base->has_kinds || row->counterpart ||
	    diff_row_varies(row) || gain.now >= gain.base ||
	    !budget_net_has_shrunk(&judging->net, row->syscall))
		return;
	if (judgement->budget->is_strict) {
		budget_add_verdict(judging, &gain);
		return;
	}
	judgement->gains = xgrow(judgement->gains, judgement->nr_gains, &judgement->gains_capacity,
				 sizeof(*judgement->gains));
	gain.leader = judgement->nr_gains;
	judgement->gains[judgement->nr_gains++] = gain;
}
