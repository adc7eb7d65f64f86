/* SPDX-License-Identifier: MIT */
/*
 * The end of a thread with an area: the call that the gate was making is finished or abandoned, then everything that
 * the thread has counted and recorded goes into the profile.
 */
#include <string.h>
#include <sys/ptrace.h>

#include "helper/call.h"
#include "helper/debug.h"
#include "helper/fast_area.h"
#include "helper/fast_record.h"
#include "helper/tracer.h"
#include "scprof/gate.h"

void fast_finish_call(struct tracer *tracer, struct tracee *tracee, int64_t result)
{
	fast_identify_call(tracer, tracee);
	if (tracee->area->memo)
		fast_area_restore_entry(tracee->area);
	/* It may have been recorded, whole, and just been taken. */
	if (tracee->area->memo || tracee->last_ticks != tracee->area->start_ticks)
		call_count_one(tracer, tracee, &tracee->call, result, fast_area_elapsed_ns(tracee));
}

/* The thread ends in the middle of a call that the gate has made. */
static void abandon_call(struct tracer *tracer, struct tracee *tracee)
{
	struct user_regs_struct registers;

	if (tracee->area->phase == AREA_AFTER)
		fast_finish_call(tracer, tracee, (int64_t)tracee->area->result);
	if (tracee->area->phase != AREA_BEFORE)
		return;
	/* Killed for good it has no registers any more; then it has most likely been in the kernel. */
	if (!tracee->is_gone &&
	    tracer_ptrace(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) == 0 &&
	    registers.rip != gate_addr(gate_syscall_return))
		return;
	tracee->call = fast_record_call(tracee, tracee->area->registers, tracee->area->start_ticks);
	tracee->call.is_active = true;
	tracee->call.is_counted = !region_leaves_out(&tracee->region);
	call_abandon(tracer, tracee);
}

static bool is_own_code(const struct fast_space *fast, uint64_t addr)
{
	if (addr == GATE_ADDR)
		return true;
	for (unsigned int i = 0; i < fast->nr_pools; i++)
		if (fast->pools[i] == addr)
			return true;
	return false;
}

bool fast_needs_memory(const struct tracee *tracee)
{
	const struct address_space *space = tracee->process->space;

	if (!tracee->area)
		return false;
	if (tracee->area->phase != AREA_IDLE || !space->layout || tracee_has_added(tracee))
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

void fast_thread_end(struct tracer *tracer, struct tracee *tracee)
{
	struct thread_area *area = tracee->area;

	if (!area)
		return;
	abandon_call(tracer, tracee);
	fast_collect(tracer, tracee);
	debug(fast, "%d: %lu hits, %lu misses", (int)tracee->tid, (unsigned long)tracee->nr_hits,
	      (unsigned long)area->misses);
	fast_area_take_back(tracee);
}
