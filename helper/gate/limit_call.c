/* SPDX-License-Identifier: MIT */
/*
 * Large areas would exceed the limit, so the helper unmaps them before the call.
 */
#include "helper/gate/limit_call.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include "helper/base/debug.h"
#include "helper/count/call_kind.h"
#include "helper/gate/fast_area.h"
#include "helper/gate/fast_limits.h"
#include "helper/gate/fast_memory.h"
#include "helper/gate/fast_record.h"
#include "helper/space/tracee_inject.h"
#include "helper/trace/remote_memory.h"

/* Returns true if the process is about to limit its address space with the limit at @addr. */
static bool limits_address_space(const struct tracee *tracee, uint64_t resource, uint64_t addr)
{
	struct fast_space *fast = tracee->process->space->fast;
	uint64_t limit;

	if ((uint32_t)resource != RLIMIT_AS || !addr ||
	    !remote_memory_word(tracee->tid, addr, &limit) || limit == RLIM_INFINITY)
		return false;
	fast->limits_space = true;
	return true;
}

static bool is_limiting(struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	const struct call *call = &tracee->call;

	switch (call_kind(call->abi, call->nr)) {
	case CALL_MLOCKALL:
		fast->locks_memory |= (call->args[0] & MCL_FUTURE) != 0;
		return true;
	case CALL_SETRLIMIT:
		return limits_address_space(tracee, call->args[0], call->args[1]);
	case CALL_PRLIMIT:
		/*
		 * The call may be for another process. The helper does not compare the id, because
		 * the process may have another one in its PID namespace. Small areas do no harm.
		 */
		return limits_address_space(tracee, call->args[1], call->args[2]);
	default:
		return false;
	}
}

static bool has_large_areas(const struct fast_space *fast)
{
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		if (fast->chunks[i]->area_size > SMALL_AREA_SIZE)
			return true;
	return false;
}

bool limit_call_before(struct run *run, struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct injection injection;

	if (!run->settings.is_fast || tracee->has_own_filter ||
	    tracee->call.abi != SYSCALL_ABI_X86_64 || !is_limiting(tracee) ||
	    !has_large_areas(fast) || !tracee_is_alone(tracee))
		return true;
	debug(fast, "%d: the program limits its memory", (int)tracee->tid);
	if (tracee->gate->area) {
		fast_collect(run, tracee);
		fast_area_take_back(tracee);
		fast_area_retire(tracee);
	}
	if (!tracee_inject(tracee, &injection))
		return false;
	fast_limits_unmap(&injection, tracee);
	if (!injection.is_late)
		fast_memory_write_code(tracee->tid, fast, tracee_layout(tracee));
	return fast_memory_end_injection(tracee, fast, &injection);
}
