/* SPDX-License-Identifier: MIT */
/*
 * Facts about the engine: how many calls went which way, which sites were not patched, and why
 * calls stopped.
 */
#include "helper/gate/engine_facts.h"

#include <inttypes.h>
#include <stdlib.h>

#include "helper/base/run.h"
#include "helper/gate/fast_known.h"
#include "helper/gate/fast_stats.h"
#include "helper/gate/stop_reason.h"
#include "profile/model/gate_counts.h"

static void set_fast_facts(struct profile *profile)
{
	const struct fast_stats *fast = fast_stats();
	const struct gate_counts counts = {
		.counted = fast->hits,
		.recorded = fast->recorded,
		.patched = fast->patched,
		.gates = fast->gates,
		.areas = fast->areas,
		.repaired = fast->repaired,
	};
	char *refusals = fast_known_refusals();
	char *reasons = stop_reason_describe();

	gate_counts_set(profile, &counts);
	profile_set_fact(profile, "unpatched_sites", "%s", *refusals ? refusals : "none");
	profile_set_fact(profile, "stopped_calls", "%s", *reasons ? reasons : "none");
	free(refusals);
	free(reasons);
}

/* The fact names the engine that was used: without a gate, each call has stopped. */
void engine_facts_set(struct run *run)
{
	struct profile *profile = &run->profile;
	const struct settings *settings = &run->settings;
	bool was_fast = settings->is_fast && (fast_stats()->gates || !run->nr_calls);

	profile_set_fact(profile, "engine", was_fast ? "fast" : "ptrace");
	if (settings->is_fast)
		set_fast_facts(profile);
	else if (settings->why_stops)
		profile_set_fact(profile, "stopped_calls", "%" PRIu64 ": %s", run->nr_calls,
				 settings->why_stops);
}
