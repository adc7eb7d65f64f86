/* SPDX-License-Identifier: MIT */
/*
 * The table is the same in all processes.
 */
#include "helper/gate/gate_calls.h"

#include <sys/syscall.h>

#include "helper/count/call_kind.h"
#include "profile/syscall/syscall_set.h"
#include "scprof/handshake.h"
#include "scprof/thread_area.h"

static uint8_t calls[GATE_NR_CALLS];

/* Returns what the gate may do with call @nr. */
static uint8_t gate_call(const struct settings *settings, uint32_t nr)
{
	const enum syscall_abi abi = SYSCALL_ABI_X86_64;
	enum call_kind kind = call_kind(abi, nr);
	uint8_t flags = 0;

	if (syscall_set_has(&settings->trace, abi, nr) && !call_kind_is_always_traced(kind))
		flags |= GATE_CALL_IN_PLACE;
	if (syscall_moves_bytes(abi, nr))
		flags |= GATE_CALL_MOVES_BYTES;
	if (kind == CALL_MMAP || kind == CALL_MPROTECT)
		flags |= GATE_CALL_PROTECTS | GATE_CALL_MAPS;
	if (kind == CALL_MMAP)
		flags |= GATE_CALL_ADDS;
	if (kind == CALL_MUNMAP || kind == CALL_MADVISE)
		flags |= GATE_CALL_MAPS;
	if (kind == CALL_ARCH_PRCTL)
		flags |= GATE_CALL_SETS_GS;
	if (kind == CALL_PRLIMIT)
		flags |= GATE_CALL_LIMITS;
	if (nr == SCPROF_CALL)
		flags |= GATE_CALL_IS_OWN;
	return flags;
}

void gate_calls_init(const struct settings *settings, bool is_dispatching, bool has_log)
{
	for (uint32_t nr = 0; nr < GATE_NR_CALLS; nr++)
		calls[nr] = gate_call(settings, nr);
	if (!is_dispatching)
		return;
	calls[SYS_rt_sigprocmask] |= GATE_CALL_SIGNALS;
	calls[SYS_rt_sigaction] |= GATE_CALL_SIGNALS;
	if (!has_log) {
		calls[SYS_exit] = GATE_CALL_ENDS;
		calls[SYS_exit_group] = GATE_CALL_ENDS;
	}
}

const uint8_t *gate_calls(void)
{
	return calls;
}
