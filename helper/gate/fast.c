/* SPDX-License-Identifier: MIT */
/*
 * What the fast engine knows of an address space and its threads, and what it does to them around
 * traced calls. fast_learn.c decides on gates and patches.
 */
#include "helper/gate/fast.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>

#include "helper/base/debug.h"
#include "helper/base/fast_clock.h"
#include "helper/count/call_kind.h"
#include "helper/gate/fast_area.h"
#include "helper/gate/fast_memory.h"
#include "helper/gate/fast_patch.h"
#include "helper/restart/interrupted.h"
#include "helper/space/fast_chunk.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/remote_memory.h"
#include "helper/tracer/tracer.h"
#include "profile/util/xalloc.h"
#include "scprof/gate.h"
#include "scprof/handshake.h"

#define SYSCALL_SIZE	2
#define CODE_SEGMENT_64 0x33

static struct fast_stats stats;

const struct fast_stats *fast_stats(void)
{
	return &stats;
}

struct fast_stats *fast_stats_mutable(void)
{
	return &stats;
}

void fast_init(void)
{
	fast_clock_init();
}

struct fast_space *fast_space_new(void)
{
	return xcalloc(1, sizeof(struct fast_space));
}

/* Arrays grow at powers of two: no capacity to keep. */
static size_t power_of_two_above(size_t nr)
{
	size_t result = 1;

	while (result < nr)
		result *= 2;
	return result;
}

static void *copy_array(const void *from, size_t nr, size_t size)
{
	void *to = xcalloc(power_of_two_above(nr), size);

	if (nr)
		memcpy(to, from, nr * size);
	return to;
}

/* Patched code and memory are inherited. */
struct fast_space *fast_space_copy(const struct fast_space *from)
{
	struct fast_space *fast = fast_space_new();

	fast->is_refused = from->is_refused;
	fast->refusal = from->refusal;
	fast->has_gate = from->has_gate;
	fast->program = from->program;
	fast->is_copy = true;
	fast->nr_sites = from->nr_sites;
	fast->sites = copy_array(from->sites, from->nr_sites, sizeof(*from->sites));
	fast->nr_files = from->nr_files;
	fast->files = copy_array(from->files, from->nr_files, sizeof(*from->files));
	fast->nr_pools = from->nr_pools;
	fast->pools = copy_array(from->pools, from->nr_pools, sizeof(*from->pools));
	fast->nr_restored = from->nr_restored;
	fast->nr_chunks = from->nr_chunks;
	fast->chunks = copy_array(from->chunks, from->nr_chunks, sizeof(*from->chunks));
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		fast->chunks[i]->refs++;
	return fast;
}

void fast_space_free(struct fast_space *fast)
{
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		fast_memory_put(fast->chunks[i]);
	free(fast->chunks);
	free(fast->sites);
	free(fast->files);
	free(fast->pools);
	free(fast);
}

static bool is_in_areas(const struct fast_space *fast, uint64_t addr)
{
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		if (addr - fast->chunks[i]->addr < fast_chunk_size(fast->chunks[i]))
			return true;
	return false;
}

/*
 * A new thread has its creator's gs: none, an area that is not its own, or the program's. Areas are known by
 * their place, because the memory of an undumpable program cannot be read; by their first words, where
 * it is not known whose child this is.
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

/* Whether there is a gate already; the copy says so, but a thread may have been in fork when it came. */
static bool has_gate(struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;

	if (fast->is_copy && fast->has_gate)
		fast->has_gate = fast_memory_has_gate(tracee->tid);
	fast->is_copy = false;
	return fast->has_gate && !fast->is_refused;
}

/* A thread begins at @sp. The first call that it makes may leave its return address there, as musl's does. */
static uint64_t first_stack_end(const struct tracee *tracee, uint64_t sp)
{
	uint64_t word;

	return remote_memory_word(tracee->tid, sp, &word) ? sp + sizeof(word) : sp;
}

void fast_thread_begin(struct tracer *tracer, struct tracee *tracee)
{
	struct user_regs_struct registers;

	tracee->area = NULL;
	tracee->has_overwritten_area = false;
	if (!tracer->settings.is_fast ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0 ||
	    registers.cs != CODE_SEGMENT_64)
		return;
	if (!is_own_gs(tracee, registers.gs_base))
		return;
	registers.gs_base = GATE_BLANK_ADDR;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
	/* Where a program or thread begins, its stack ends; a forked process goes on on its parent's. */
	if (!tracee->stack_end)
		tracee->stack_end = first_stack_end(tracee, registers.rsp);
	if (tracee->is_claimed && has_gate(tracee) && !tracee->process->preload.is_loading &&
	    !tracee->has_own_filter)
		fast_area_give(tracee);
}

struct fast_site *fast_space_find_site(struct fast_space *fast, uint64_t ip)
{
	for (unsigned int i = 0; i < fast->nr_sites; i++) {
		struct fast_site *site = &fast->sites[i];
		if (site->ip == ip || (site->is_patched && site->site.return_addr == ip))
			return site;
	}
	return NULL;
}

/* After a change of executable regions: other code may lie where a site was. */
static void check_sites(pid_t tid, struct fast_space *fast)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < fast->nr_sites; i++)
		if (fast->sites[i].is_patched && fast_patch_is_there(tid, &fast->sites[i]))
			fast->sites[nr++] = fast->sites[i];
	/* add_site() relies on the array growing at powers of two. */
	fast->sites = xreallocarray(fast->sites, power_of_two_above(nr), sizeof(*fast->sites));
	fast->nr_sites = nr;
	fast->is_outdated = false;
}

uint64_t fast_site_ip(const struct tracee *tracee, uint64_t return_addr)
{
	const struct fast_site *site =
		fast_space_find_site(tracee->process->space->fast, return_addr);

	return site ? site->ip : 0;
}

static bool is_cmp_patched(const struct fast_site *site)
{
	return site->is_patched && site->site.shape == SITE_CMP;
}

/* Whether calls return to another place than they did before patching. */
static bool is_moved(const struct fast_site *site)
{
	return site->is_patched && site->site.return_addr != site->ip;
}

void fast_site_move_over(const struct tracee *tracee, const struct fast_site *site)
{
	struct user_regs_struct registers;

	if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	registers.rip = site->site.return_addr;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

struct fast_site *fast_site_of_call(struct tracee *tracee, struct user_regs_struct *registers)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct fast_site *site;

	/* The gate was sent this call, and has left it to the helper. */
	if (tracee->area && fast_area_restore_flags(tracee->area, registers))
		ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)registers);
	if (fast->is_outdated)
		check_sites(tracee->tid, fast);
	site = fast_space_find_site(fast, registers->rip);
	if (!site)
		return NULL;
	/* The site was patched between the call and its stop: it has no compare, or no call to be made again. */
	if (is_moved(site) && registers->rip == site->ip)
		fast_site_move_over(tracee, site);
	registers->rip = site->ip;
	return site;
}

void fast_site_before_birth(const struct tracee *tracee, const struct fast_site *site)
{
	struct user_regs_struct registers;

	if (!is_cmp_patched(site) ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	fast_set_flags(&registers, 0);
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

struct fast_site *fast_space_add_site(struct fast_space *fast, uint64_t ip)
{
	if ((fast->nr_sites & (fast->nr_sites - 1)) == 0)
		fast->sites =
			xreallocarray(fast->sites, fast->nr_sites ? 2 * (size_t)fast->nr_sites : 1,
				      sizeof(*fast->sites));
	fast->sites[fast->nr_sites] = (struct fast_site){ .ip = ip };
	return &fast->sites[fast->nr_sites++];
}

static void forget_memos(struct tracee *tracee)
{
	if (tracee->area)
		memset(tracee->area->buckets, 0, sizeof(tracee->area->buckets));
}

void fast_see_own_filter(struct tracee *tracee)
{
	tracee->has_own_filter = true;
	forget_memos(tracee);
	if (tracee->area)
		tracee->area->stack_end = 0;
}

void fast_forget(const struct process *process)
{
	process->space->fast->is_outdated = true;
	tracee_for_each(process->space, forget_memos);
}

void fast_site_exit(struct tracee *tracee, int64_t result)
{
	struct fast_site *site =
		tracee->call.site_ip
			? fast_space_find_site(tracee->process->space->fast, tracee->call.site_ip)
			: NULL;
	struct user_regs_struct registers;

	if (!site || !is_moved(site) ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	if (is_cmp_patched(site))
		fast_set_flags(&registers, (uint64_t)result);
	else
		/* The way back through the stub would be a step more for a program that steps itself. */
		registers.rip = interrupted_is(result) ? site->site.return_addr : site->ip;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

/* As `cmp $-4096,%rax` leaves them; only these two are read. */
void fast_set_flags(struct user_regs_struct *registers, uint64_t result)
{
	enum { CARRY = 1 << 0, ZERO = 1 << 6 };

	registers->eflags &= ~(unsigned long long)(CARRY | ZERO);
	if (result < (uint64_t)-4096)
		registers->eflags |= CARRY;
	if (result == (uint64_t)-4096)
		registers->eflags |= ZERO;
}

void fast_see_sigreturn(struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct user_regs_struct registers;
	const struct fast_site *site;

	if (!fast->has_gate ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	site = fast_space_find_site(fast, registers.rip);
	if (site && is_cmp_patched(site) && registers.rip == site->ip) {
		registers.rip = site->site.return_addr;
		fast_set_flags(&registers, registers.rax);
	} else {
		/* Before the call, perhaps to make it again: where it is traced, to be recognised. */
		site = fast_space_find_site(fast, registers.rip + SYSCALL_SIZE);
		if (!site || !is_moved(site) || registers.rip != site->site.patch_addr)
			return;
		registers.rip = site->site.syscall_addr;
	}
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

void fast_space_refuse(struct fast_space *fast, const char *why)
{
	if (!fast->is_refused)
		fast->refusal = why;
	fast->is_refused = true;
}

/* Nobody may come to the gate any more. */
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
	/* What the helper has put there is not the program's to see. */
	if (what == GET_GS && remote_memory_word(tracee->tid, call->args[1], &value) &&
	    (value == GATE_BLANK_ADDR || (tracee->area && value == tracee->area_addr)))
		remote_memory_write_word(tracee->tid, call->args[1], 0);
}
