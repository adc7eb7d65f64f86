/* SPDX-License-Identifier: MIT */
/*
 * An injected mprotect call makes a page of selectors read-only. An injected prctl call tells the
 * kernel the address of a thread's selector.
 */
#include "helper/space/selector.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#include "helper/base/debug.h"
#include "helper/space/fast_chunk.h"
#include "helper/trace/user_dispatch.h"
#include "scprof/gate.h"

void selector_protect(struct injection *injection, struct fast_chunk *chunk)
{
	const uint64_t args[6] = { chunk->addr + fast_chunk_selectors(chunk), SELECTORS_SIZE,
				   PROT_READ };

	chunk->has_selectors =
		user_dispatch_is_by_prctl() && inject_call(injection, SYS_mprotect, args) == 0;
}

bool selector_is_idle(const struct tracee *tracee)
{
	return user_dispatch_is_by_prctl() && !tracee->selector && !tracee->has_no_selector &&
	       tracee->gate->area && tracee->gate->area_chunk->has_selectors;
}

void selector_arm(struct tracee *tracee, struct injection *injection)
{
	const struct fast_chunk *chunk = tracee->gate->area_chunk;
	const uint64_t offset = fast_chunk_selectors(chunk) + tracee->gate->area_index;
	uint8_t *selector = (uint8_t *)chunk->memory + offset;
	uint64_t args[USER_DISPATCH_NR_ARGS];
	int64_t result;

	user_dispatch_clear(tracee->tid, selector);
	user_dispatch_arm_args(args, gate_addr(gate_syscall_return), gate_addr(gate_moved_return),
			       chunk->addr + offset);
	result = inject_call(injection, SYS_prctl, args);
	/* A late call may still succeed. */
	if (result == 0 || injection->is_late)
		tracee->selector = selector;
	else if (!injection->has_failed)
		tracee->has_no_selector = true;
	debug(fast, "%d: its user dispatch is set by prctl: %lld", (int)tracee->tid,
	      (long long)result);
}

bool selector_disarm(struct tracee *tracee, struct injection *injection)
{
	uint64_t args[USER_DISPATCH_NR_ARGS];

	if (!tracee->selector)
		return true;
	user_dispatch_disarm_args(args);
	if (inject_call(injection, SYS_prctl, args) < 0)
		return false;
	tracee->selector = NULL;
	return true;
}

static void forget(struct tracee *tracee, void *process)
{
	if (tracee->process == process) {
		tracee->selector = NULL;
		tracee->has_no_selector = false;
	}
}

void selector_see_exec(const struct process *process)
{
	if (user_dispatch_is_by_prctl())
		tracee_for_each(NULL, forget, (void *)(uintptr_t)process);
}
