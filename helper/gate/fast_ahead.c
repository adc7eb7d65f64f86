/* SPDX-License-Identifier: MIT */
/*
 * fast_known has the sites that other processes of the run, or most programs, have used. If the
 * process has only one thread, fast_batch patches many of them at once.
 */
#include "helper/gate/fast_ahead.h"

#include "helper/gate/fast_batch.h"
#include "helper/gate/fast_files.h"
#include "helper/gate/fast_known.h"
#include "helper/gate/fast_memory.h"
#include "helper/gate/fast_obstacle.h"
#include "helper/gate/fast_patch.h"
#include "helper/gate/fast_survey.h"
#include "helper/trace/absent_page.h"
#include "helper/trace/remote_memory.h"

#define MAX_BATCH 256

struct known_visit {
	struct tracee *tracee;
	struct fast_space *fast;
	int memory;
	bool is_alone;
	bool is_all_traced;
	struct fast_site *sites;
	unsigned int nr;
};

static void collect_known(struct fast_known *known, uint64_t ip, void *argument)
{
	struct known_visit *visit = argument;
	struct fast_site site = {
		.site = fast_known_site(known, ip),
		.ip = ip,
		.known = known,
	};

	/* Another function patches the site at which the thread itself is. */
	if (ip == visit->tracee->call.ip || visit->nr == MAX_BATCH ||
	    visit->fast->nr_sites + visit->nr == FAST_MAX_SITES ||
	    !fast_files_has(visit->fast, known) ||
	    !fast_known_is_expected(known, visit->fast->program) ||
	    !fast_memory_has_stub(visit->fast, site.site.patch_addr) ||
	    (site.site.shape == SITE_CMP && !(visit->is_alone && visit->is_all_traced)) ||
	    fast_space_find_site(visit->fast, ip))
		return;
	visit->sites[visit->nr++] = site;
}

/* Patches one site at a time, because other threads may use the sites meanwhile. */
static void patch_each(const struct known_visit *visit)
{
	int memory = remote_memory_open(visit->tracee->tid);

	for (unsigned int i = 0; memory >= 0 && i < visit->nr; i++) {
		struct fast_site *site = &visit->sites[i];

		if (fast_memory_has_stub(visit->fast, site->site.patch_addr) &&
		    absent_page_has_come(visit->tracee->tid, site->site.patch_addr) &&
		    fast_patch_is_original(memory, site) &&
		    fast_patch_apply(memory, visit->fast, site, false))
			*fast_space_add_site(visit->fast, site->ip) = *site;
	}
}

static void patch_all_known(const struct run *run, struct tracee *tracee)
{
	static struct fast_site sites[MAX_BATCH];
	struct known_visit visit = {
		.tracee = tracee,
		.fast = tracee->process->space->fast,
		.sites = sites,
		.is_alone = tracee_is_alone(tracee),
		/* See fast_obstacle_at: if a cmp is replaced, the helper must see each return. */
		.is_all_traced = syscall_set_is_full(&run->settings.trace),
	};

	if (fast_obstacle(tracee))
		return;
	fast_known_foresee(tracee_layout(tracee));
	fast_known_for_each(tracee_layout(tracee), collect_known, &visit);
	if (visit.is_alone)
		fast_batch_patch(tracee->tid, visit.fast, visit.sites, visit.nr);
	else
		patch_each(&visit);
}

bool fast_ahead_see_call(const struct run *run, struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	const uint64_t ip = tracee->call.ip;
	bool is_first = fast_files_see_call(fast, tracee_layout(tracee), ip);
	bool is_go = fast_survey(tracee_layout(tracee), ip, fast->program);

	if (!is_first && !is_go)
		return true;
	/* A Go program may not have stubs within reach of its code yet. */
	if (!fast_memory_choose_pool(fast, ip) && is_go && !fast_memory_prepare(tracee, fast, ip))
		return false;
	if (!fast->is_refused)
		patch_all_known(run, tracee);
	return true;
}

/* Removes sites that were not patched. Their next call adds them again. */
static void forget_unpatched(struct fast_space *fast)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < fast->nr_sites; i++)
		if (fast->sites[i].is_patched)
			fast->sites[nr++] = fast->sites[i];
	fast_space_keep_sites(fast, nr);
}

bool fast_ahead_before_threads(const struct run *run, struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	uint64_t ip = 0;

	if (!fast->has_gate || !tracee_is_alone(tracee) ||
	    !fast_obstacle_minds_breakpoints(tracee->tid))
		return true;
	fast_survey_files(tracee_layout(tracee), fast);
	forget_unpatched(fast);
	while ((ip = fast_survey_next(tracee_layout(tracee), fast, ip))) {
		if (!fast_memory_prepare(tracee, fast, ip))
			return false;
		if (fast->is_refused)
			return true;
		patch_all_known(run, tracee);
	}
	return true;
}

void fast_ahead_after_change(struct run *run, struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;

	if (!run->settings.is_fast || !fast->has_gate)
		return;
	fast_memory_write_code(tracee->tid, fast, tracee_layout(tracee));
	if (!fast->is_refused && !tracee->has_own_filter &&
	    !tracee->process->shim_loading.is_loading && !fast_obstacle_is_copied(tracee))
		patch_all_known(run, tracee);
}
