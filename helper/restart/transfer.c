/* SPDX-License-Identifier: MIT */
/*
 * While the thread makes a call for the rest, tracee->call is still the program's call, with its
 * arguments and its time so far. It is active, so the thread stops at the exit, even if the filter
 * lets such calls pass.
 */
#include "helper/restart/transfer.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ptrace.h>

#include "helper/base/debug.h"
#include "helper/base/run.h"
#include "helper/count/call_time.h"
#include "helper/count/count.h"
#include "helper/restart/transfer_part.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/restart_code.h"
#include "profile/util/xalloc.h"

#define SYSCALL_INSTRUCTION_SIZE 2

struct transfer {
	struct user_regs_struct registers; /* of the program, after its call */
	uint64_t done;
	struct transfer_part part; /* the call for the rest that the thread makes now */
};

static void drop(struct tracee *tracee)
{
	free(tracee->transfer);
	tracee->transfer = NULL;
}

/* The thread makes the call for the rest with its next instruction. */
static void set_registers(const struct transfer *transfer, struct user_regs_struct *registers)
{
	const struct transfer_part *part = &transfer->part;

	*registers = transfer->registers;
	registers->rip -= SYSCALL_INSTRUCTION_SIZE;
	registers->rax = part->nr;
	registers->orig_rax = (unsigned long long)-1; /* the kernel must not restart a call */
	registers->rdi = part->args[0];
	registers->rsi = part->args[1];
	registers->rdx = part->args[2];
	registers->r10 = part->args[3];
	registers->r8 = part->args[4];
	registers->r9 = part->args[5];
}

/* Restores the program's registers. Its call has returned the sum so far. */
static void put_back(const struct tracee *tracee)
{
	struct transfer *transfer = tracee->transfer;

	transfer->registers.rax = transfer->done;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&transfer->registers);
}

bool transfer_continue(struct tracee *tracee, struct user_regs_struct *registers)
{
	struct call *call = &tracee->call;
	struct transfer_part part;

	if (!transfer_part_next(tracee, call, registers->rax, &part))
		return false;
	if (!tracee->transfer)
		tracee->transfer = xcalloc(1, sizeof(*tracee->transfer));
	tracee->transfer->registers = *registers;
	tracee->transfer->done = registers->rax;
	tracee->transfer->part = part;
	debug(call, "%d: %s was cut short in vain: %lld", (int)tracee->tid,
	      syscall_name(call->abi, call->nr), (long long)registers->rax);
	set_registers(tracee->transfer, registers);
	call->is_active = true;
	call_time_begin(tracee);
	return true;
}

/* Makes the thread continue with the next call. Returns false if nothing is left to transfer. */
static bool go_on(struct tracee *tracee)
{
	struct transfer *transfer = tracee->transfer;
	struct user_regs_struct registers;

	if (!transfer_part_next(tracee, &tracee->call, transfer->done, &transfer->part))
		return false;
	set_registers(transfer, &registers);
	tracee->call.is_active =
		ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers) == 0;
	return true;
}

int64_t transfer_end_part(struct tracee *tracee, int64_t result)
{
	struct transfer *transfer = tracee->transfer;
	struct transfer_part *part = &transfer->part;
	int64_t sum;

	if (part->may_find_an_error && restart_code_is(result) && go_on(tracee)) {
		part->may_find_an_error = false;
		return result;
	}
	if (result > 0 && !part->keeps_result)
		transfer->done += (uint64_t)result;
	if (!part->is_last && result > 0 && (uint64_t)result == part->size && go_on(tracee))
		return result;
	sum = (int64_t)transfer->done;
	put_back(tracee);
	drop(tracee);
	return sum;
}

void transfer_stop(struct run *run, struct tracee *tracee)
{
	struct call *call = &tracee->call;

	if (!tracee->transfer)
		return;
	put_back(tracee);
	call->is_active = false;
	if (call->is_counted)
		count_call(run, tracee, call, (int64_t)tracee->transfer->done, call->elapsed_ns);
	drop(tracee);
}
