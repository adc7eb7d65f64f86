/* SPDX-License-Identifier: MIT */
/*
 * The gate's code is at the same address in all processes, and has labels.
 */
#include "helper/gate/gate_position.h"

#include <errno.h>

#include "scprof/gate.h"

bool gate_position_is_call(uint64_t ip)
{
	return ip == gate_addr(gate_syscall_return);
}

bool gate_position_has_returned(struct user_regs_struct *registers)
{
	const uint64_t ip = registers->rip;

	if (ip >= gate_addr(gate_woken) && ip < gate_addr(gate_woken_end)) {
		registers->rax = (unsigned long long)-EINTR;
		return true;
	}
	return ip >= gate_addr(gate_syscall_return) && ip <= gate_addr(gate_is_final);
}
