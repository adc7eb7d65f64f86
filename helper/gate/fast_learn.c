/* SPDX-License-Identifier: MIT */
/*
 * Decides which processes get a gate (all of them, at their first call) and which sites are
 * patched. A site is patched after the run has stopped there once, or twice if it must be
 * classified first. After that, fast_ahead.c patches it in all processes before they use it.
 */
#include "helper/gate/fast_learn.h"

#include <sched.h>

#include "helper/base/run.h"
#include "helper/count/call_kind.h"
#include "helper/count/clone_flags.h"
#include "helper/gate/area_teach.h"
#include "helper/gate/fast_ahead.h"
#include "helper/gate/fast_known.h"
#include "helper/gate/fast_loading.h"
#include "helper/gate/fast_memory.h"
#include "helper/gate/fast_obstacle.h"
#include "helper/gate/fast_patch.h"
#include "helper/gate/gate_calls.h"
#include "helper/gate/limit_call.h"
#include "helper/space/fast_site.h"
#include "helper/trace/inject.h"
#include "helper/trace/remote_memory.h"

#define STOPS_BEFORE_PATCH 1
#define STOPS_BEFORE_CMP   8 /* searching all of a file's code takes milliseconds */

static bool patch(const struct run *run, struct tracee *tracee, struct fast_space *fast,
		  struct fast_site *site)
{
	int memory;

	if (site->is_refused)
		return true;
	site->obstacle = fast_obstacle_at(&run->settings, tracee, site);
	site->known->obstacle = site->obstacle;
	if (site->obstacle)
		return true;
	if (!fast_memory_prepare(tracee, fast, site->site.patch_addr))
		return false;
	if (fast->is_refused)
		return true;
	if (!fast_memory_choose_pool(fast, site->site.patch_addr)) {
		site->known->obstacle = site->obstacle =
			"a filter of the program denies memory for its stub";
		site->is_refused = true;
		return true;
	}
	memory = remote_memory_open(tracee->tid);
	if (memory >= 0 && fast_patch_is_original(memory, site) &&
	    fast_patch_apply(memory, fast, site, tracee_is_alone(tracee)))
		fast_site_move_over(tracee, site);
	else
		site->known->obstacle = site->obstacle = "its code is not what the file has there";
	site->is_refused = !site->is_patched;
	return true;
}

/* The thread has stopped at @site, which is not patched yet. */
static bool consider_patch(const struct run *run, struct tracee *tracee, struct fast_space *fast,
			   struct fast_site *site)
{
	struct fast_known *known = site->known;

	if (!known || (known->nr_stops++ < STOPS_BEFORE_PATCH && !known->is_classified))
		return true;
	if (!known->is_classified && known->nr_stops <= STOPS_BEFORE_CMP &&
	    !fast_patch_is_mov(tracee->tid, site->ip))
		return true;
	if (site->site.shape == SITE_UNPATCHABLE)
		fast_patch_classify(tracee_layout(tracee), site);
	return patch(run, tracee, fast, site);
}

/* Makes the gate. Returns false if the thread is no longer at its call. */
static bool consider_gate(const struct run *run, struct tracee *tracee, struct fast_space *fast)
{
	if (fast->has_gate)
		return true;
	fast->may_add = fast_loading_may_add(run, tracee);
	if (!fast_memory_prepare(tracee, fast, tracee->call.ip))
		return false;
	if (fast->is_refused)
		return true;
	fast->program = fast_known_program(tracee_layout(tracee));
	return true;
}

static struct fast_site *find_or_add_site(struct tracee *tracee, struct fast_space *fast)
{
	const struct call *call = &tracee->call;
	struct fast_site *site =
		fast_space_find_site(fast, call->site_ip ? call->site_ip : call->ip);

	if (site || fast->nr_sites == FAST_MAX_SITES)
		return site;
	site = fast_space_add_site(fast, call->ip);
	site->known = fast_known_get(tracee_layout(tracee), call->ip);
	if (!site->known)
		fast_known_note_unknown(call->ip);
	if (site->known && site->known->is_classified) {
		site->is_refused = site->known->is_refused;
		if (!site->is_refused)
			site->site = fast_known_site(site->known, call->ip);
	}
	return site;
}

static struct fast_site *get_site(struct tracee *tracee, struct fast_space *fast)
{
	struct fast_site *site = find_or_add_site(tracee, fast);

	if (site && site->known)
		fast_known_use(site->known, fast->program);
	return site;
}

/* Returns true if the engine may handle the thread's call, which has stopped. */
static bool is_ours(const struct run *run, const struct tracee *tracee)
{
	return run->settings.is_fast && !tracee->process->space->fast->is_refused &&
	       !tracee->has_own_filter && tracee->call.abi == SYSCALL_ABI_X86_64 &&
	       !tracee->process->shim_loading.is_loading;
}

/* Returns true if the gate never makes calls of this kind. Then their sites need no patch. */
static bool is_never_in_gate(const struct call *call)
{
	return call_kind_is_always_traced(call_kind(call->abi, call->nr)) &&
	       !(call->nr < GATE_NR_CALLS && gate_calls()[call->nr] == GATE_CALL_ENDS);
}

bool fast_learn(struct run *run, struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct call *call = &tracee->call;
	struct fast_site *site;

	if (!limit_call_before(run, tracee))
		return false;
	if (!is_ours(run, tracee))
		return true;
	if (fast_obstacle_is_copied(tracee))
		return true;
	if (!consider_gate(run, tracee, fast))
		return false;
	if (fast->is_refused)
		return true;
	/* Without dispatch, the thread no longer uses the gate after it has installed a filter. */
	if (tracee->new_filters && inject_is_without_filter() && !fast_memory_reserve(tracee, fast))
		return false;
	if (!fast->is_registered && clone_flags(tracee) & CLONE_THREAD &&
	    !(fast_memory_register(tracee, fast) && fast_ahead_before_threads(run, tracee)))
		return false;
	if (!fast->has_gate || is_never_in_gate(call))
		return true;
	if (!fast_ahead_see_call(run, tracee))
		return false;
	site = get_site(tracee, fast);
	if (!site || fast->is_refused)
		return true;
	call->site_ip = site->ip;
	return site->is_patched || site->is_refused || consider_patch(run, tracee, fast, site);
}

bool fast_teach(struct run *run, struct tracee *tracee, const struct memo *memo)
{
	struct fast_space *fast = tracee->process->space->fast;
	const struct call *call = &tracee->call;
	struct fast_site *site = call->site_ip ? fast_space_find_site(fast, call->site_ip) : NULL;

	if (!site || !site->is_patched || !memo || !is_ours(run, tracee) ||
	    call_kind_is_always_traced(call_kind(call->abi, call->nr)))
		return true;
	/* A child that is being made would not have the area's memory. */
	if (!tracee->gate->area && fast_obstacle_is_copied(tracee))
		return true;
	if (!tracee->gate->area && !fast_memory_prepare(tracee, fast, site->site.patch_addr))
		return false;
	if (!fast->is_refused)
		area_teach(run, tracee, site->site.return_addr, call, memo, true);
	return true;
}
