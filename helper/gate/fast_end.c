/* SPDX-License-Identifier: MIT */
/*
 * The end of a thread with an area. The helper finishes or abandons the call that the gate was
 * making. Then it adds everything that the thread has counted and recorded to the profile.
 */
#include "helper/gate/fast_end.h"

#include <string.h>
#include <sys/ptrace.h>

#include "helper/base/debug.h"
#include "helper/base/run.h"
#include "helper/count/count.h"
#include "helper/gate/fast_area.h"
#include "helper/gate/fast_record.h"
#include "helper/gate/gate_calls.h"
#include "helper/gate/gate_position.h"
#include "helper/restart/abandon.h"
#include "helper/trace/ptrace.h"

void fast_finish_call(struct run *run, struct tracee *tracee, int64_t result)
{
	struct area_call call;

	if (!fast_identify_call(run, tracee, &call))
		return;
	if (call.memo)
		fast_area_restore_entry(tracee);
	count_call(run, tracee, &tracee->call, result, tracee->call.elapsed_ns);
}

/*
 * Returns true if the thread ends with a call that the gate makes. The gate does not count such a
 * call.
 */
static bool is_ending(const struct thread_area *area)
{
	const uint64_t nr = AREA_LOAD(area->registers[AREA_RAX]);

	return AREA_LOAD(area->phase) == AREA_BEFORE && nr < GATE_NR_CALLS &&
	       gate_calls()[nr] == GATE_CALL_ENDS;
}

/* The thread ends during a call that the gate makes. */
static void abandon_call(struct run *run, struct tracee *tracee)
{
	const struct area_limits limits = fast_area_limits(run, tracee);
	uint32_t phase = AREA_LOAD(tracee->gate->area->phase);
	struct user_regs_struct registers;
	struct area_call call;

	if (phase == AREA_AFTER)
		fast_finish_call(run, tracee, (int64_t)AREA_LOAD(tracee->gate->area->result));
	if (phase != AREA_BEFORE || is_ending(tracee->gate->area))
		return;
	/* A thread that was killed has no registers any more. Most likely it was in the kernel. */
	if (!tracee->is_gone &&
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) == 0 &&
	    !gate_position_has_returned(&registers))
		return;
	if (area_read_call(tracee->gate->area, &limits, &call) < 0) {
		fast_area_see_overwritten(run, tracee, "the call under way");
		return;
	}
	tracee->call = fast_record_call(tracee, call.registers, call.start_ticks);
	tracee->call.is_active = true;
	tracee->call.is_counted = !region_leaves_out(&tracee->region);
	abandon_calls(run, tracee);
}

static bool is_own_code(const struct fast_space *fast, uint64_t addr)
{
	if (addr == GATE_ADDR)
		return true;
	for (unsigned int i = 0; i < fast->nr_pools; i++)
		if (fast->pools[i].addr == addr)
			return true;
	return false;
}

bool fast_needs_memory(const struct tracee *tracee)
{
	const struct address_space *space = tracee->process->space;

	if (!tracee->gate->area)
		return false;
	if ((AREA_LOAD(tracee->gate->area->phase) != AREA_IDLE && !is_ending(tracee->gate->area)) ||
	    !space->layout || tracee_has_added(tracee))
		return true;
	for (unsigned int i = 0; i < space->layout->nr_regions; i++) {
		const struct region *region = &space->layout->regions[i];

		if (region->is_executable && !region->file &&
		    strcmp(region->path, "[vsyscall]") != 0 &&
		    !is_own_code(space->fast, region->start))
			return true;
	}
	return false;
}

void fast_thread_end(struct run *run, struct tracee *tracee)
{
	struct thread_area *area = tracee->gate->area;

	tracee->selector = NULL;
	if (!area)
		return;
	abandon_call(run, tracee);
	fast_collect(run, tracee);
	debug(fast, "%d: %lu hits, %lu misses", (int)tracee->tid,
	      (unsigned long)tracee->gate->nr_hits, (unsigned long)AREA_LOAD(area->misses));
	fast_area_take_back(tracee);
}
