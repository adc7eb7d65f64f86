/* SPDX-License-Identifier: MIT */
/*
 * Gate, stubs and patches of an address space. A process gets its gate once it has made some calls
 * (most processes of a build never do); a site is patched once it has been stopped at some times.
 */
#include "helper/fast.h"

#include <cpuid.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>

#include "helper/call_kind.h"
#include "helper/debug.h"
#include "helper/fast_area.h"
#include "helper/fast_memory.h"
#include "helper/fast_patch.h"
#include "helper/remote_memory.h"
#include "helper/tracer.h"
#include "profile/xalloc.h"
#include "scprof/gate.h"

#define STOPS_BEFORE_GATE  96
#define STOPS_BEFORE_PATCH 4
#define STOPS_BEFORE_AREA  16 /* in a forked process, where all is patched */
#define MAX_SITES	   4096
#define CODE_SEGMENT_64	   0x33

static struct fast_stats stats;
static bool has_constant_tsc;

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
	unsigned int a, b, c, d;

	/* CPUID 80000007h, EDX bit 8: the TSC runs at one speed in all power states. */
	has_constant_tsc = __get_cpuid(0x80000007, &a, &b, &c, &d) && d & 1u << 8;
	fast_area_init();
}

struct fast_space *fast_space_new(void)
{
	struct fast_space *fast = xcalloc(1, sizeof(*fast));

	fast->is_refused = !has_constant_tsc;
	return fast;
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

/* The patched code is inherited; areas are not, they are the parent's threads'. */
struct fast_space *fast_space_copy(const struct fast_space *from)
{
	struct fast_space *fast = fast_space_new();

	fast->is_refused = from->is_refused;
	fast->has_gate = from->has_gate;
	fast->is_copy = true;
	fast->nr_sites = from->nr_sites;
	fast->sites = copy_array(from->sites, from->nr_sites, sizeof(*from->sites));
	fast->nr_pools = from->nr_pools;
	fast->pools = copy_array(from->pools, from->nr_pools, sizeof(*from->pools));
	/* The parent's last pool was copied too, but a new one costs little and is simpler. */
	fast->nr_stubs = FAST_POOL_SIZE / FAST_STUB_SIZE;
	return fast;
}

void fast_space_free(struct fast_space *fast)
{
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		munmap(fast->chunks[i].memory, (size_t)FAST_CHUNK_AREAS * THREAD_AREA_SIZE);
	free(fast->chunks);
	free(fast->sites);
	free(fast->pools);
	free(fast->free_areas);
	free(fast);
}

/* A new thread has its creator's gs: none, an area that is not its own, or the program's. */
static bool is_own_gs(pid_t tid, uint64_t gs_base)
{
	uint64_t self, magic;

	if (gs_base == 0 || gs_base == GATE_BLANK_ADDR)
		return true;
	/* Areas are not inherited by fork. */
	if (!remote_memory_word(tid, gs_base + AREA_SELF, &self))
		return gs_base >= FAST_AREAS_START;
	return self == gs_base && remote_memory_word(tid, gs_base + AREA_IS_ACTIVE, &magic) &&
	       (uint32_t)magic == AREA_MAGIC;
}

void fast_thread_begin(struct tracer *tracer, struct tracee *tracee)
{
	struct user_regs_struct registers;

	tracee->area = NULL;
	if (!tracer->settings.is_fast ||
	    tracer_ptrace(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0 ||
	    registers.cs != CODE_SEGMENT_64)
		return;
	if (!is_own_gs(tracee->tid, registers.gs_base))
		return;
	registers.gs_base = GATE_BLANK_ADDR;
	tracer_ptrace(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

static struct fast_site *find_site(struct fast_space *fast, uint64_t ip)
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
	const struct fast_site *site = find_site(tracee->process->space->fast, return_addr);

	return site ? site->ip : 0;
}

struct fast_site *fast_site_of_call(struct tracee *tracee, struct user_regs_struct *registers)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct fast_site *site;

	if (fast->is_outdated)
		check_sites(tracee->tid, fast);
	site = find_site(fast, registers->rip);

	if (site)
		registers->rip = site->ip;
	return site;
}

static struct fast_site *add_site(struct fast_space *fast, uint64_t ip)
{
	if ((fast->nr_sites & (fast->nr_sites - 1)) == 0)
		fast->sites =
			xreallocarray(fast->sites, fast->nr_sites ? 2 * (size_t)fast->nr_sites : 1,
				      sizeof(*fast->sites));
	fast->sites[fast->nr_sites] = (struct fast_site){ .ip = ip };
	return &fast->sites[fast->nr_sites++];
}

/* Calls that the helper must see each time, or that return in another way than others. */
static bool is_always_traced(const struct call *call)
{
	switch (call_kind(call->abi, call->nr)) {
	case CALL_MREMAP:
	case CALL_SHMAT:
	case CALL_PRCTL:
	case CALL_SECCOMP:
	case CALL_SIGRETURN:
	case CALL_RESTART:
	case CALL_ENDING:
	case CALL_CLONE:
	case CALL_CLONE3:
	case CALL_FORK:
	case CALL_VFORK:
	case CALL_EXEC:
	case CALL_ARCH_PRCTL:
		return true;
	default:
		return false;
	}
}

static const struct tracee *patching; /* for the visitor below */
static uint64_t patching_ip;
static bool is_site_in_use;

/*
 * A thread whose last call was at the site may be inside it, or not yet past the instruction
 * behind it. All calls are traced, so every other thread is somewhere else.
 */
static void see_site_user(struct tracee *tracee)
{
	is_site_in_use |= tracee != patching && tracee->call.ip == patching_ip;
}

/* The bytes behind a patched `syscall` are others: nobody may come back to them. */
static bool is_free_of_others(const struct tracer *tracer, const struct tracee *tracee,
			      const struct fast_site *site)
{
	const struct process *process = tracee->process;

	if (site->site.shape == SITE_MOV)
		return true;
	/* Calls that are not traced come back without the compare that belongs behind them. */
	if (process->space->refs > 1 || !syscall_set_is_full(&tracer->settings.trace))
		return false;
	if (process->nr_tracees == 1)
		return true;
	patching = tracee;
	patching_ip = site->ip;
	is_site_in_use = false;
	tracee_for_each(process, see_site_user);
	return !is_site_in_use;
}

/* This thread stands behind the old syscall instruction: it is to go on behind the new one. */
static void move_over_patch(struct tracee *tracee, const struct fast_site *site)
{
	struct user_regs_struct registers;

	if (tracer_ptrace(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	registers.rip = site->site.return_addr;
	tracer_ptrace(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

static bool consider_patch(const struct tracer *tracer, struct tracee *tracee,
			   struct fast_space *fast, struct fast_site *site)
{
	if (site->nr_stops++ < STOPS_BEFORE_PATCH || fast->nr_stops < STOPS_BEFORE_GATE)
		return true;
	if (site->site.shape == SITE_UNPATCHABLE)
		fast_patch_classify(tracee->tid, tracee_layout(tracee), site);
	if (site->is_refused || !is_free_of_others(tracer, tracee, site))
		return true;
	if (!fast_memory_prepare(tracee, fast, site->site.patch_addr))
		return false;
	if (fast->is_refused)
		return true;
	if (fast_patch_apply(tracee->tid, fast, site))
		move_over_patch(tracee, site);
	else
		site->is_refused = true;
	return true;
}

bool fast_learn(struct tracer *tracer, struct tracee *tracee, const struct memo *memo)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct call *call = &tracee->call;
	struct fast_site *site;

	if (!tracer->settings.is_fast || fast->is_refused || tracee->has_own_filter ||
	    call->abi != SYSCALL_ABI_X86_64 || is_always_traced(call) ||
	    tracee->process->preload.is_loading)
		return true;
	fast->nr_stops++;
	site = call->site_ip ? find_site(fast, call->site_ip) : NULL;
	if (!site && fast->nr_sites == MAX_SITES)
		return true;
	if (!site)
		site = add_site(fast, call->ip);
	if (!site->is_patched && !site->is_refused && !consider_patch(tracer, tracee, fast, site))
		return false;
	if (!site->is_patched || !memo)
		return true;
	if (!tracee->area && !fast_area_is_free(fast) && fast->nr_stops > STOPS_BEFORE_AREA &&
	    !fast_memory_prepare(tracee, fast, site->site.patch_addr))
		return false;
	if (!fast->is_refused)
		fast_area_teach(tracer, tracee, site, memo);
	return true;
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
}

void fast_forget(const struct process *process)
{
	process->space->fast->is_outdated = true;
	tracee_for_each(process, forget_memos);
}

void fast_site_exit(struct tracee *tracee, int64_t result)
{
	struct fast_site *site =
		tracee->call.site_ip ? find_site(tracee->process->space->fast, tracee->call.site_ip)
				     : NULL;
	struct user_regs_struct registers;

	if (!site || !site->is_patched || site->site.shape != SITE_CMP ||
	    tracer_ptrace(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	fast_set_flags(&registers, (uint64_t)result);
	tracer_ptrace(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
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
	    tracer_ptrace(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	site = find_site(fast, registers.rip);
	if (!site || !site->is_patched || site->site.shape != SITE_CMP || registers.rip != site->ip)
		return;
	registers.rip = site->site.return_addr;
	fast_set_flags(&registers, registers.rax);
	tracer_ptrace(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

/* The program has plans for gs: nobody may come to the gate any more. */
void fast_refuse(pid_t tid, struct fast_space *fast)
{
	for (unsigned int i = 0; i < fast->nr_sites; i++)
		if (fast->sites[i].is_patched)
			fast_patch_bypass(tid, &fast->sites[i]);
	fast->is_refused = true;
}

void fast_see_arch_prctl(struct tracee *tracee)
{
	enum { SET_GS = 0x1001, GET_GS = 0x1004 };
	struct fast_space *fast = tracee->process->space->fast;
	const struct call *call = &tracee->call;
	uint64_t value;

	if (call->args[0] == SET_GS)
		fast_refuse(tracee->tid, fast);
	/* What the helper has put there is not the program's to see. */
	if (call->args[0] == GET_GS && remote_memory_word(tracee->tid, call->args[1], &value) &&
	    (value == GATE_BLANK_ADDR || (tracee->area && value == tracee->area->self)))
		remote_memory_write_word(tracee->tid, call->args[1], 0);
}
