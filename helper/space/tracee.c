/* SPDX-License-Identifier: MIT */
/*
 * The table of tracees, by thread id.
 */
#include "helper/space/tracee.h"

#include <stdlib.h>
#include <string.h>

#include "helper/space/area_reader.h"
#include "helper/space/fast_space.h"
#include "helper/trace/late_call.h"
#include "profile/util/xalloc.h"
#include "scprof/thread_area.h"

static struct tracee **slots; /* open addressing, linear probing */
static unsigned int nr_slots; /* a power of two, at least twice nr_tracees */
static unsigned int nr_tracees;
static unsigned int nr_alive;

static unsigned int slot_of(pid_t tid)
{
	return (uint32_t)tid * 2654435761u & (nr_slots - 1);
}

static void slot_insert(struct tracee *tracee)
{
	unsigned int i = slot_of(tracee->tid);

	while (slots[i])
		i = (i + 1) & (nr_slots - 1);
	slots[i] = tracee;
}

static void slots_grow(void)
{
	struct tracee **old = slots;
	unsigned int nr_old = nr_slots;

	nr_slots = nr_old ? 2 * nr_old : 64;
	slots = xcalloc(nr_slots, sizeof(*slots));
	for (unsigned int i = 0; i < nr_old; i++)
		if (old[i])
			slot_insert(old[i]);
	free(old);
}

static void slot_remove(const struct tracee *tracee)
{
	unsigned int i = slot_of(tracee->tid);

	while (slots[i] != tracee)
		i = (i + 1) & (nr_slots - 1);
	slots[i] = NULL;
	/* Elements that linear probing has put after the freed slot move up. */
	for (i = (i + 1) & (nr_slots - 1); slots[i]; i = (i + 1) & (nr_slots - 1)) {
		struct tracee *moved = slots[i];
		slots[i] = NULL;
		slot_insert(moved);
	}
}

struct tracee *tracee_find(pid_t tid)
{
	if (!nr_slots)
		return NULL;
	for (unsigned int i = slot_of(tid); slots[i]; i = (i + 1) & (nr_slots - 1))
		if (slots[i]->tid == tid)
			return slots[i];
	return NULL;
}

static struct address_space *address_space_new(struct layout *layout, const struct fast_space *fast)
{
	struct address_space *space = xcalloc(1, sizeof(*space));

	space->refs = 1;
	space->layout = layout ? layout_ref(layout) : NULL;
	space->fast = fast ? fast_space_copy(fast) : fast_space_new();
	return space;
}

static void address_space_put(struct address_space *space)
{
	if (--space->refs)
		return;
	layout_put(space->layout);
	fast_space_free(space->fast);
	free(space);
}

/*
 * Returns true if the only thread has not yet made a change of code that the helper has permitted:
 * see thread_area.permitted_ticks.
 */
static bool is_changing(const struct tracee *tracee)
{
	const struct address_space *space = tracee->process->space;
	const struct thread_area *area = tracee->gate->area;

	return space->change_ticks && area &&
	       (AREA_LOAD(area->start_ticks) == space->change_ticks ||
		AREA_LOAD(area->phase) == AREA_BEFORE);
}

/* Returns true if @tracee may be in the gate, and change code there without a stop. */
static bool may_change_noted(const struct tracee *tracee)
{
	return fast_space_forget_noted(tracee->process->space->fast, tracee->tid) &&
	       tracee->gate->area && AREA_LOAD(tracee->gate->area->phase) == AREA_BEFORE;
}

void tracee_forget_memos(struct tracee *tracee)
{
	if (tracee->gate->area)
		memset(tracee->gate->area->buckets, 0, sizeof(tracee->gate->area->buckets));
}

static void forget_memos(struct tracee *tracee, void *unused)
{
	(void)unused;
	tracee_forget_memos(tracee);
}

/* Executable regions have changed. All threads of the address space forget their known stacks. */
static void forget_stacks(const struct address_space *space)
{
	space->fast->is_outdated = true;
	tracee_for_each(space, forget_memos, NULL);
}

void process_change_space(struct tracee *tracee, bool is_addition)
{
	struct address_space *space = tracee->process->space;
	struct layout *old = space->layout;
	/* Before the maps are read. */
	const bool is_change_due = may_change_noted(tracee) | is_changing(tracee);
	struct layout *layout;

	if (tracee->gate->area)
		space->nr_added = tracee->gate->nr_added;
	layout = layout_read_again(tracee->tid, is_addition ? old : NULL);
	/* A killed process has no regions any more. */
	if (is_addition && !layout->nr_regions) {
		layout_put(layout);
		return;
	}
	space->layout = layout;
	layout->has_met_stale = is_change_due;
	if (!is_change_due)
		space->change_ticks = 0;
	if (space->marked == old)
		space->marked = NULL; /* another layout may get the same address */
	if (!is_addition || !old || !layout_take_over(space->layout, old))
		forget_stacks(space);
	layout_put(old);
}

void process_new_space(struct process *process, bool is_preloaded)
{
	address_space_put(process->space);
	process->space = address_space_new(NULL, NULL);
	process->shim_loading = (struct shim_loading){ .is_loading = is_preloaded, .fd = -1 };
}

static void process_put(struct process *process)
{
	if (--process->nr_tracees)
		return;
	address_space_put(process->space);
	free(process);
}

struct tracee *tracee_new(pid_t tid)
{
	struct tracee *tracee = xcalloc(1, sizeof(*tracee));

	if (2 * (nr_tracees + 1) > nr_slots)
		slots_grow();
	tracee->tid = tid;
	tracee->gate = gate_thread_new();
	tracee->process = xcalloc(1, sizeof(*tracee->process));
	tracee->process->tgid = tid;
	tracee->process->nr_tracees = 1;
	tracee->process->shim_loading.fd = -1;
	tracee->process->space = address_space_new(NULL, NULL);
	slot_insert(tracee);
	nr_tracees++;
	nr_alive++;
	return tracee;
}

void tracee_set_filters(struct tracee *tracee, struct filter_chain *filters)
{
	struct filter_chain *old = tracee->filters;

	tracee->filters = filter_chain_ref(filters);
	filter_chain_put(old);
}

void tracee_join(struct tracee *tracee, const struct tracee *parent)
{
	process_put(tracee->process);
	tracee->process = parent->process;
	tracee->process->nr_tracees++;
	tracee->name = parent->name;
	tracee->has_own_filter = parent->has_own_filter;
	tracee_set_filters(tracee, parent->filters);
}

/* A forked process starts with its parent's layout: the same regions at the same addresses. */
void tracee_inherit(struct tracee *tracee, const struct tracee *parent, bool shares_memory)
{
	struct process *process = tracee->process;

	address_space_put(process->space);
	if (shares_memory) {
		process->space = parent->process->space;
		process->space->refs++;
	} else {
		process->space = address_space_new(parent->process->space->layout,
						   parent->process->space->fast);
		/* A site of another thread may have been patched after the memory was copied. */
		process->space->fast->is_outdated = parent->process->nr_tracees > 1;
	}
	gate_thread_inherit(tracee->gate, parent->gate);
	region_inherit(&tracee->region, &parent->region);
	process->name = parent->process->name;
	process->shim_loading = parent->process->shim_loading;
	tracee->name = parent->name;
	tracee->has_own_filter = parent->has_own_filter;
	tracee_set_filters(tracee, parent->filters);
}

void tracee_free(struct tracee *tracee)
{
	slot_remove(tracee);
	nr_tracees--;
	nr_alive -= !tracee->is_exiting;
	process_put(tracee->process);
	region_reset(&tracee->region);
	late_call_free(tracee->late);
	filter_chain_put(tracee->filters);
	filter_chain_put(tracee->new_filters);
	gate_thread_free(tracee->gate);
	free(tracee->transfer);
	free(tracee);
}

struct tracee *tracee_take_over(struct tracee *tracee, pid_t tgid)
{
	struct tracee *leader = tracee_find(tgid);

	if (leader == tracee)
		return tracee;
	if (leader)
		tracee_free(leader);
	slot_remove(tracee);
	tracee->tid = tgid;
	slot_insert(tracee);
	return tracee;
}

unsigned int tracee_count(void)
{
	return nr_tracees;
}

unsigned int tracee_count_alive(void)
{
	return nr_alive;
}

void tracee_set_exiting(struct tracee *tracee)
{
	nr_alive -= !tracee->is_exiting;
	tracee->is_exiting = true;
}

bool tracee_is_alone(const struct tracee *tracee)
{
	return tracee->process->nr_tracees == 1 && tracee->process->space->refs == 1;
}

bool process_is_ending(const struct process *process)
{
	for (unsigned int i = 0; i < nr_slots; i++)
		if (slots[i] && slots[i]->process == process && !slots[i]->is_exiting)
			return false;
	return true;
}

void tracee_for_each(const struct address_space *space,
		     void (*visit)(struct tracee *tracee, void *argument), void *argument)
{
	for (unsigned int i = 0; i < nr_slots; i++)
		if (slots[i] && (!space || slots[i]->process->space == space))
			visit(slots[i], argument);
}

void tracee_see_cut(struct tracee *tracee, bool is_cut)
{
	if (is_cut)
		fast_space_forget_noted(tracee->process->space->fast, tracee->tid);
}

struct layout *tracee_layout(struct tracee *tracee)
{
	struct address_space *space = tracee->process->space;

	if (!space->layout)
		space->layout = layout_read(tracee->tid);
	if (tracee_has_added(tracee) || layout_is_outdated(space->layout))
		process_change_space(tracee, true);
	return space->layout;
}

bool tracee_has_added(const struct tracee *tracee)
{
	/*
	 * Does not read nr_added from the area: if it changed, layouts that are in use would be
	 * freed.
	 */
	return tracee->gate->area && tracee->gate->nr_added != tracee->process->space->nr_added;
}
