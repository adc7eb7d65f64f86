/* SPDX-License-Identifier: MIT */
/*
 * Decides which processes get a gate (all of them, at their first call) and which sites are
 * patched. A site is patched after the run has stopped there once, or twice if it must be
 * classified first. After that, it is patched in all processes before they use it.
 */
#include "helper/gate/fast_learn.h"

#include <sched.h>

#include "helper/base/run.h"
#include "helper/count/call_kind.h"
#include "helper/count/clone_flags.h"
#include "helper/gate/area_teach.h"
#include "helper/gate/fast_batch.h"
#include "helper/gate/fast_files.h"
#include "helper/gate/fast_known.h"
#include "helper/gate/fast_memory.h"
#include "helper/gate/fast_obstacle.h"
#include "helper/gate/fast_patch.h"
#include "helper/gate/fast_survey.h"
#include "helper/gate/limit_call.h"
#include "helper/space/fast_site.h"
#include "helper/trace/absent_page.h"
#include "helper/trace/remote_memory.h"

#define STOPS_BEFORE_PATCH 1
#define STOPS_BEFORE_CMP   8 /* searching all of a file's code takes milliseconds */
#define MAX_BATCH	   256

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

/* Other threads may use the sites meanwhile, so each site is patched by itself. */
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

/*
 * Returns true for a call after which code can no longer be mapped without a stop. Other code that
 * runs in this memory would not know what the thread has noted. When ld.so sets fs, it has loaded
 * all libraries.
 */
static bool ends_loading(const struct call *call)
{
	switch (call_kind(call->abi, call->nr)) {
	case CALL_CLONE:
	case CALL_CLONE3:
	case CALL_FORK:
	case CALL_VFORK:
	case CALL_ARCH_PRCTL:
		return true;
	default:
		return false;
	}
}

/*
 * Returns true if the program has not started yet: its file and ld.so, which makes the call, are
 * mapped, and the libraries are not.
 */
static bool is_in_loader(struct tracee *tracee)
{
	struct layout *layout = tracee_layout(tracee);
	const struct elf_file *program = fast_known_executable(layout);
	const struct region *call = layout_find(layout, tracee->call.ip);

	if (!program || !call || !call->file || !call->inode || call->file == program)
		return false;
	for (unsigned int i = 0; i < layout->nr_regions; i++) {
		const struct region *region = &layout->regions[i];

		if (region->is_executable && region->inode && region->file != program &&
		    region->file != call->file)
			return false;
	}
	return true;
}

/* Returns true if the helper loses nothing when the thread maps code without a stop. */
static bool may_add(const struct run *run, struct tracee *tracee)
{
	return !run->settings.is_preloaded && tracee_is_alone(tracee) &&
	       !ends_loading(&tracee->call) && is_in_loader(tracee);
}

/* Makes the gate. Returns false if the thread is no longer at its call. */
static bool consider_gate(const struct run *run, struct tracee *tracee, struct fast_space *fast)
{
	if (fast->has_gate)
		return true;
	fast->may_add = may_add(run, tracee);
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

static void see_forking(struct tracee *tracee, void *argument)
{
	bool *is_forking = argument;
	const struct call *call = &tracee->call;

	if (!call->is_active)
		return;
	switch (call_kind(call->abi, call->nr)) {
	case CALL_FORK:
		*is_forking = true;
		break;
	case CALL_CLONE:
	case CALL_CLONE3:
		/*
		 * Threads share the memory, and so do children that are about to execute a program.
		 */
		*is_forking |= !(clone_flags(tracee) & CLONE_VM);
		break;
	default:
		break;
	}
}

/*
 * Returns true if a fork may be copying this memory now. The child would get only some of the bytes
 * that the helper writes meanwhile, and nothing says which.
 */
static bool may_be_copied(const struct tracee *tracee)
{
	bool is_forking = false;

	if (!tracee_is_alone(tracee))
		tracee_for_each(tracee->process->space, see_forking, &is_forking);
	return is_forking;
}

/* Returns true if the engine may handle the thread's call, which has stopped. */
static bool is_ours(const struct run *run, const struct tracee *tracee)
{
	return run->settings.is_fast && !tracee->process->space->fast->is_refused &&
	       !tracee->has_own_filter && tracee->call.abi == SYSCALL_ABI_X86_64 &&
	       !tracee->process->shim_loading.is_loading;
}

/*
 * Patches the sites that can be patched since this call. Returns false if the thread is no longer
 * at its call.
 */
static bool patch_new_sites(const struct run *run, struct tracee *tracee, struct fast_space *fast)
{
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

/* Forgets sites that were not patched. They are added again at their next call. */
static void forget_unpatched(struct fast_space *fast)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < fast->nr_sites; i++)
		if (fast->sites[i].is_patched)
			fast->sites[nr++] = fast->sites[i];
	fast_space_keep_sites(fast, nr);
}

/*
 * The program is about to create its first thread. If it handles SIGTRAP, no site can be patched
 * after that. So this function patches all sites of the files that have made calls. Returns false
 * if the thread is no longer at its call.
 */
static bool patch_before_threads(const struct run *run, struct tracee *tracee,
				 struct fast_space *fast)
{
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

bool fast_learn(struct run *run, struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct call *call = &tracee->call;
	struct fast_site *site;

	if (!limit_call_before(run, tracee))
		return false;
	if (!is_ours(run, tracee))
		return true;
	if (may_be_copied(tracee))
		return true;
	if (!consider_gate(run, tracee, fast))
		return false;
	if (fast->is_refused)
		return true;
	if (!fast->is_registered && clone_flags(tracee) & CLONE_THREAD &&
	    !(fast_memory_register(tracee, fast) && patch_before_threads(run, tracee, fast)))
		return false;
	if (!fast->has_gate || call_kind_is_always_traced(call_kind(call->abi, call->nr)))
		return true;
	if (!patch_new_sites(run, tracee, fast))
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
	if (!tracee->gate->area && !fast_memory_prepare(tracee, fast, site->site.patch_addr))
		return false;
	if (!fast->is_refused)
		area_teach(run, tracee, site->site.return_addr, call, memo, true);
	return true;
}

void fast_after_change(struct run *run, struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;

	if (!run->settings.is_fast || !fast->has_gate)
		return;
	fast_memory_write_code(tracee->tid, fast, tracee_layout(tracee));
	if (!fast->is_refused && !tracee->has_own_filter &&
	    !tracee->process->shim_loading.is_loading && !may_be_copied(tracee))
		patch_all_known(run, tracee);
}

void fast_see_added(struct run *run, struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	bool has_added = tracee->gate->area && tracee->gate->nr_added;

	if (!fast->may_add || !(has_added || ends_loading(&tracee->call)))
		return;
	fast->may_add = false;
	tracee_layout(tracee);
	if (tracee->gate->area)
		tracee->gate->area->nr_added = 0;
	tracee->gate->nr_added = 0;
	tracee->process->space->nr_added = 0;
	fast_after_change(run, tracee);
}
