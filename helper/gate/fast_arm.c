/* SPDX-License-Identifier: MIT */
/*
 * Injects the prctl call that tells the kernel where a thread's selector is. Each thread makes this
 * call once.
 */
#include "helper/gate/fast_arm.h"

#include "helper/gate/fast_area.h"
#include "helper/gate/fast_memory.h"
#include "helper/space/selector.h"
#include "helper/space/tracee_inject.h"
#include "helper/trace/user_dispatch.h"
#include "scprof/thread_area.h"

/* Returns true if the helper may inject calls into the thread, and dispatch would help it. */
static bool is_wanted(const struct tracee *tracee)
{
	const struct fast_space *fast = tracee->process->space->fast;

	return user_dispatch_is_by_prctl() && fast->has_gate && !fast->is_refused &&
	       !tracee->has_own_filter && !tracee->process->shim_loading.is_loading;
}

static bool arm(struct tracee *tracee, bool is_in_gate)
{
	struct injection injection;

	if (!tracee_inject(tracee, &injection))
		return false;
	injection.ends_at_entry = is_in_gate;
	selector_arm(tracee, &injection);
	return fast_memory_end_injection(tracee, tracee->process->space->fast, &injection);
}

bool fast_arm(struct tracee *tracee)
{
	if (!is_wanted(tracee) || tracee->call.abi != SYSCALL_ABI_X86_64)
		return true;
	if (!tracee->gate->area)
		fast_area_give(tracee);
	return !selector_is_idle(tracee) || arm(tracee, false);
}

bool fast_arm_in_gate(struct tracee *tracee)
{
	if (!is_wanted(tracee) || !selector_is_idle(tracee))
		return true;
	if (!arm(tracee, true))
		return false;
	/* The time of the injection is not part of the call. */
	tracee->gate->area->start_ticks = __builtin_ia32_rdtsc();
	return true;
}

bool fast_disarm(struct tracee *tracee)
{
	struct injection injection;

	if (!tracee->selector)
		return true;
	if (!tracee_inject(tracee, &injection))
		return false;
	selector_disarm(tracee, &injection);
	return fast_memory_end_injection(tracee, tracee->process->space->fast, &injection);
}
