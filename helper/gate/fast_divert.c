/* SPDX-License-Identifier: MIT */
/*
 * A call that has stopped at its entry need not stop at its exit as well. The helper sends the
 * thread through the gate, as if the site were patched. The gate makes the call, and counts or
 * records it. So the thread does not wait for its stack to be unwound either.
 */
#include "helper/gate/fast_divert.h"

#include <asm/prctl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "helper/base/run.h"
#include "helper/count/call_kind.h"
#include "helper/gate/fast_area.h"
#include "helper/gate/fast_memory.h"
#include "helper/gate/fast_record.h"
#include "helper/gate/gate_calls.h"
#include "helper/trace/inject.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/remote_memory.h"
#include "scprof/gate.h"

#define TRAP_FLAG 0x100

/*
 * Does the same test as changes_action() in gate/gate.c. The address of the action may be invalid.
 */
static bool changes_sigsys(const struct tracee *tracee, const struct call *call)
{
	uint64_t handler;

	return call->nr == SYS_rt_sigaction && (uint32_t)call->args[0] == SIGSYS && call->args[1] &&
	       (tracee->process->space->fast->handles_sigsys ||
		!remote_memory_word(tracee->tid, call->args[1], &handler) ||
		handler != (uint64_t)(uintptr_t)SIG_DFL);
}

bool fast_is_for_helper(struct tracee *tracee, const struct call *call)
{
	uint8_t flags = call->nr < GATE_NR_CALLS ? gate_calls()[call->nr] : 0;

	if (!(flags & GATE_CALL_IN_PLACE))
		return true;
	if ((flags & GATE_CALL_SIGNALS) == GATE_CALL_SIGNALS)
		return changes_sigsys(tracee, call);
	if (flags & GATE_CALL_SETS_GS)
		return (uint32_t)call->args[0] == ARCH_SET_GS ||
		       (uint32_t)call->args[0] == ARCH_GET_GS;
	if (flags & GATE_CALL_PROTECTS && call->args[2] & PROT_EXEC)
		return true;
	return flags & GATE_CALL_MAPS &&
	       (layout_has_executable(tracee_layout(tracee), call->args[0], call->args[1]) ||
		fast_memory_is_ours(tracee->process->space->fast, call->args[0], call->args[1]));
}

/*
 * Does the same test as begin_record() in gate/gate.c, but also counts room of records that the
 * helper is reading.
 */
static bool has_room(const struct tracee *tracee, uint64_t sp)
{
	const struct thread_area *area = tracee->gate->area;
	uint64_t stack_end = AREA_LOAD(area->stack_end);
	uint64_t stack_size = stack_end - (sp & ~7ull);
	uint64_t end = AREA_LOAD(area->records_end), read = tracee->gate->records_taken;
	bool is_round_behind = area_mark_round(end) != area_mark_round(read);

	return sp >= AREA_LOAD(area->stack_start) && stack_end > sp &&
	       stack_size <= AREA_MAX_STACK(tracee->gate->area_size) &&
	       area_mark_offset(end) + sizeof(struct area_record) + stack_size <=
		       (is_round_behind ? area_mark_offset(read) : tracee->gate->records_limit);
}

enum origin {
	ORIGIN_PROGRAM,
	ORIGIN_REFUSED, /* the gate left this call, and would again if nothing has changed */
	ORIGIN_LEFT,	/* the gate got it from the helper, or a signal kept the gate from it */
};

/*
 * Finds out where this call was before. If it was in the gate, it must not get there again: during
 * a stop, the next signal of a fast timer may arrive, and so on for ever.
 */
static enum origin find_origin(struct tracee *tracee)
{
	uint64_t nr_misses = tracee->gate->area ? AREA_LOAD(tracee->gate->area->misses) : 0;
	bool is_sent_back = tracee->call.sp == tracee->gate->sent_back_sp;
	bool is_miss = nr_misses != tracee->gate->nr_misses;

	tracee->gate->nr_misses = nr_misses;
	if (is_sent_back)
		tracee->gate->sent_back_sp = 0;
	/*
	 * The program may have overwritten that number. Then no call has begun since the last one
	 * was sent.
	 */
	if (tracee->gate->area && tracee->gate->sent_ticks &&
	    AREA_LOAD(tracee->gate->area->start_ticks) == tracee->gate->sent_ticks)
		is_sent_back = true;
	tracee->gate->sent_ticks = 0;
	if (is_sent_back)
		return ORIGIN_LEFT;
	return is_miss ? ORIGIN_REFUSED : ORIGIN_PROGRAM;
}

/*
 * Returns true if the gate can handle such a call. It cannot handle a call from code that is in no
 * file: such code has no unwind information, and then a record is not enough for the unwinder.
 */
static bool is_fit(struct tracee *tracee)
{
	const struct fast_space *fast = tracee->process->space->fast;
	const struct call *call = &tracee->call;
	const struct region *region;

	if (!fast->has_gate || fast->is_refused || tracee->has_own_filter ||
	    tracee->process->shim_loading.is_loading || call->abi != SYSCALL_ABI_X86_64)
		return false;
	region = layout_find(tracee_layout(tracee), call->ip);
	return region && region->file;
}

static bool has_area(struct tracee *tracee)
{
	if (!tracee->gate->area)
		fast_area_give(tracee);
	/* fast_keep_room() has made room for the gate's record, unless the area is paused. */
	return tracee->gate->area && !tracee->gate->is_area_paused;
}

/*
 * Returns true if the thread is at a patched site. No code there reads flags from before the call,
 * and the gate sets the flags of a replaced cmp.
 */
static bool is_at_patch(const struct tracee *tracee)
{
	const struct fast_site *site =
		fast_space_find_site(tracee->process->space->fast, tracee->call.ip);

	return site && site->is_patched;
}

/*
 * The call only changes code that is in no file. If no stack depends on that code, the helper notes
 * the change now, and permits the gate to make the call. Then the thread does not stop after the
 * call. If there were another thread, the helper could read the maps too early. Returns false if
 * the helper must see how the call ends.
 */
static bool note_change(struct run *run, struct tracee *tracee)
{
	const struct call *call = &tracee->call;
	enum call_kind kind = call_kind(call->abi, call->nr);
	struct address_space *space = tracee->process->space;
	struct address_range stale;
	struct layout *layout;

	if ((kind != CALL_MPROTECT && kind != CALL_MUNMAP) || !call->args[1] ||
	    !tracee_is_alone(tracee))
		return false;
	fast_before_change(run, tracee->process);
	layout = tracee_layout(tracee);
	if (!layout_is_all_code(layout, call->args[0], call->args[1]) ||
	    !layout_spoil(layout, call->args[0], call->args[1], &stale))
		return false;
	if (kind == CALL_MPROTECT && !layout->memos.has_truncated)
		fast_space_note_code(space->fast, tracee->tid, stale);
	else
		fast_space_forget_noted(space->fast, tracee->tid);
	space->change_ticks = AREA_LOAD(tracee->gate->area->start_ticks);
	tracee->gate->area->permitted_ticks = space->change_ticks + 1;
	return true;
}

/*
 * Returns true if the call ends the loading of libraries, in which code may be added without a
 * stop. The gate left the call to the helper only for this reason, and at this stop the helper has
 * seen it.
 */
static bool has_ended_loading(const struct tracee *tracee)
{
	const struct call *call = &tracee->call;

	return call_kind(call->abi, call->nr) == CALL_ARCH_PRCTL &&
	       !tracee->process->space->fast->may_add;
}

/* Returns true if the gate can make this call. */
static bool is_for_gate(struct run *run, struct tracee *tracee, enum origin origin)
{
	if (fast_is_for_helper(tracee, &tracee->call))
		return note_change(run, tracee);
	return origin == ORIGIN_PROGRAM || has_ended_loading(tracee);
}

bool fast_divert(struct run *run, struct tracee *tracee)
{
	const enum origin origin = run->settings.is_fast ? find_origin(tracee) : ORIGIN_LEFT;
	struct user_regs_struct registers;

	/* A filter would be asked about a call that is not made, and set a result. */
	if (!tracee->is_before_call && inject_is_without_filter())
		return false;
	/*
	 * After a hold, the signal would interrupt the thread in the gate before its call, and so
	 * on for ever.
	 */
	if (origin == ORIGIN_LEFT || tracee->hold.has_just_ended || !is_fit(tracee) ||
	    !has_area(tracee) ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return false;
	/* A program that steps itself would be sent back at each step. */
	if (registers.gs_base != tracee->gate->area_addr || registers.eflags & TRAP_FLAG ||
	    !has_room(tracee, registers.rsp) || !is_for_gate(run, tracee, origin))
		return false;
	/* Set the registers as a stub does. */
	registers.rax = registers.orig_rax;
	registers.rcx = registers.rip;
	registers.rip = gate_addr(gate_entry);
	registers.orig_rax = (unsigned long long)-1; /* the kernel makes no call here */
	tracee->gate->area->registers[AREA_FLAGS] = is_at_patch(tracee) ? 0 : registers.eflags;
	tracee->gate->sent_ticks = AREA_LOAD(tracee->gate->area->start_ticks);
	return ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers) == 0;
}
