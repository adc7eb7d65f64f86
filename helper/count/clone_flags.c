/* SPDX-License-Identifier: MIT */
/*
 * clone(2) has its flags in an argument, clone3(2) in memory.
 */
#include "helper/count/clone_flags.h"

#include <sched.h>

#include "helper/count/call_kind.h"
#include "helper/trace/remote_memory.h"

uint64_t clone_flags(const struct tracee *tracee)
{
	const struct call *call = &tracee->call;
	uint64_t flags = 0;

	if (!call->is_active)
		return 0;
	switch (call_kind(call->abi, call->nr)) {
	case CALL_CLONE:
		return call->args[0];
	case CALL_CLONE3:
		remote_memory_word(tracee->tid, call->args[0], &flags);
		return flags;
	case CALL_VFORK:
		return CLONE_VFORK | CLONE_VM;
	default:
		return 0;
	}
}
