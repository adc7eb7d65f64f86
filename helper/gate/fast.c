/* SPDX-License-Identifier: MIT */
/*
 * What the fast engine knows about an address space and its threads, and what it does around traced
 * calls. fast_learn.c decides about gates and patches.
 */
#include "helper/gate/fast.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>

#include "helper/base/fast_clock.h"
#include "helper/base/run.h"
#include "helper/gate/fast_area.h"
#include "helper/gate/fast_memory.h"
#include "helper/gate/fast_patch.h"
#include "helper/space/fast_chunk.h"
#include "helper/space/fast_site.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/remote_memory.h"

#define SYSCALL_SIZE	2
#define CODE_SEGMENT_64 0x33

void fast_init(void)
{
	fast_clock_init();
}

static bool is_in_areas(const struct fast_space *fast, uint64_t addr)
{
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		if (addr - fast->chunks[i]->addr < fast_chunk_size(fast->chunks[i]))
			return true;
	return false;
}

/*
 * A new thread has the gs of its creator: no area, an area that is not its own, or the program's
 * value. The helper recognises areas by their address, because it cannot read the memory of an
 * undumpable program. If it does not know the parent, it recognises them by their first words.
 */
static bool is_own_gs(const struct tracee *tracee, uint64_t gs_base)
{
	const pid_t tid = tracee->tid;
	uint64_t self, active, size;

	if (gs_base == 0 || gs_base == GATE_BLANK_ADDR ||
	    is_in_areas(tracee->process->space->fast, gs_base))
		return true;
	if (!remote_memory_word(tid, gs_base + AREA_SELF, &self))
		return false;
	return self == gs_base && remote_memory_word(tid, gs_base + AREA_IS_ACTIVE, &active) &&
	       remote_memory_word(tid, gs_base + AREA_SIZE, &size) &&
	       (uint32_t)active == area_active_word(self, (uint32_t)size);
}

/*
 * Returns true if the process has a gate. After a fork, struct fast_space is a copy of the
 * parent's. It may say that there is a gate although the fork began before the parent got one.
 */
static bool has_gate(struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;

	if (fast->is_copy && fast->has_gate)
		fast->has_gate = fast_memory_has_gate(tracee->tid);
	fast->is_copy = false;
	return fast->has_gate && !fast->is_refused;
}

/*
 * Returns the end of the stack of a thread that begins at @sp. Its first call may leave a return
 * address there, as in musl.
 */
static uint64_t first_stack_end(const struct tracee *tracee, uint64_t sp)
{
	uint64_t word;

	return remote_memory_word(tracee->tid, sp, &word) ? sp + sizeof(word) : sp;
}

void fast_thread_begin(struct run *run, struct tracee *tracee)
{
	struct user_regs_struct registers;

	tracee->gate->area = NULL;
	tracee->gate->has_overwritten_area = false;
	if (!run->settings.is_fast ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0 ||
	    registers.cs != CODE_SEGMENT_64)
		return;
	if (!is_own_gs(tracee, registers.gs_base))
		return;
	registers.gs_base = GATE_BLANK_ADDR;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
	/*
	 * The stack of a new program or thread ends at its start. A forked process goes on with its
	 * parent's stack.
	 */
	if (!tracee->gate->stack_end)
		tracee->gate->stack_end = first_stack_end(tracee, registers.rsp);
	if (tracee->is_claimed && has_gate(tracee) && !tracee->process->shim_loading.is_loading &&
	    !tracee->has_own_filter)
		fast_area_give(tracee);
}

/* To be called after a change of executable regions: other code may be at the address of a site. */
static void check_sites(pid_t tid, struct fast_space *fast)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < fast->nr_sites; i++)
		if (fast->sites[i].is_patched && fast_patch_is_there(tid, &fast->sites[i]))
			fast->sites[nr++] = fast->sites[i];
	fast_space_keep_sites(fast, nr);
	fast->is_outdated = false;
}

struct fast_site *fast_site_of_call(struct tracee *tracee, struct user_regs_struct *registers)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct fast_site *site;

	/* The helper sent this call to the gate, and the gate left it to the helper. */
	if (tracee->gate->area && fast_area_restore_flags(tracee->gate->area, registers))
		ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)registers);
	if (fast->is_outdated)
		check_sites(tracee->tid, fast);
	site = fast_space_find_site(fast, registers->rip);
	if (!site)
		return NULL;
	/*
	 * The site was patched between the call and its stop. The call has no compare after it, or
	 * cannot be repeated there.
	 */
	if (fast_site_is_moved(site) && registers->rip == site->ip)
		fast_site_move_over(tracee, site);
	registers->rip = site->ip;
	return site;
}

void fast_see_own_filter(struct tracee *tracee)
{
	tracee->has_own_filter = true;
	tracee_forget_memos(tracee);
	if (tracee->gate->area)
		tracee->gate->area->stack_end = 0;
}

/* No thread may reach the gate any more. */
void fast_refuse(pid_t tid, struct fast_space *fast, const char *why)
{
	for (unsigned int i = 0; i < fast->nr_sites; i++)
		if (fast->sites[i].is_patched)
			fast_patch_bypass(tid, &fast->sites[i]);
	fast_space_refuse(fast, why);
}

void fast_see_arch_prctl(struct tracee *tracee)
{
	enum { SET_GS = 0x1001, GET_GS = 0x1004 };
	struct fast_space *fast = tracee->process->space->fast;
	const struct call *call = &tracee->call;
	uint32_t what = (uint32_t)call->args[0];
	uint64_t value;

	if (what == SET_GS)
		fast_refuse(tracee->tid, fast, "the program uses gs");
	/* The program must not see the value that the helper has put there. */
	if (what == GET_GS && remote_memory_word(tracee->tid, call->args[1], &value) &&
	    (value == GATE_BLANK_ADDR || (tracee->gate->area && value == tracee->gate->area_addr)))
		remote_memory_write_word(tracee->tid, call->args[1], 0);
}
