/* SPDX-License-Identifier: MIT */
/*
 * Gate, stubs and patches of an address space. The first process of a run gets its gate once it has
 * made some calls, others at once; a site is patched once the run has stopped at it some times, and
 * then in all processes before they come to it.
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
#include "scprof/handshake.h"

#define STOPS_BEFORE_GATE  24 /* in a process when no other has one */
#define STOPS_BEFORE_PATCH 1
#define STOPS_BEFORE_CMP   3 /* a look through all of a file's code takes milliseconds */
#define MAX_SITES	   4096
#define CODE_SEGMENT_64	   0x33

static struct fast_stats stats;
static bool has_constant_tsc;
static bool has_gate_somewhere;

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

/* Patched code and memory are inherited. */
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
	fast->nr_stubs = from->nr_stubs;
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
	free(fast->pools);
	free(fast);
}

/* A new thread has its creator's gs: none, an area that is not its own, or the program's. */
static bool is_own_gs(pid_t tid, uint64_t gs_base)
{
	uint64_t self, magic;

	if (gs_base == 0 || gs_base == GATE_BLANK_ADDR)
		return true;
	if (!remote_memory_word(tid, gs_base + AREA_SELF, &self))
		return false;
	return self == gs_base && remote_memory_word(tid, gs_base + AREA_IS_ACTIVE, &magic) &&
	       (uint32_t)magic == AREA_MAGIC;
}

/* Whether the process was born with a gate; the copy says so, but a thread may have been in fork when it came. */
static bool has_gate(struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	uint64_t word;

	if (fast->is_copy && fast->has_gate)
		fast->has_gate = remote_memory_word(tracee->tid, GATE_ADDR, &word);
	fast->is_copy = false;
	return fast->has_gate && !fast->is_refused && tracee->process->tgid == tracee->tid;
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
	if (tracee->is_claimed && has_gate(tracee) && !tracee->process->preload.is_loading &&
	    !tracee->has_own_filter)
		fast_area_give(tracee);
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

/* What the gate may do with call @nr. */
static uint8_t gate_call(const struct settings *settings, uint32_t nr)
{
	const struct call call = { .abi = SYSCALL_ABI_X86_64, .nr = nr };
	enum call_kind kind = call_kind(call.abi, nr);
	uint8_t flags = 0;

	if (nr != SCPROF_CALL && syscall_set_has(&settings->trace, call.abi, nr) &&
	    !is_always_traced(&call))
		flags |= GATE_CALL_IN_PLACE;
	if (syscall_moves_bytes(call.abi, nr))
		flags |= GATE_CALL_MOVES_BYTES;
	if (kind == CALL_MMAP || kind == CALL_MPROTECT)
		flags |= GATE_CALL_PROTECTS | GATE_CALL_MAPS;
	if (kind == CALL_MUNMAP)
		flags |= GATE_CALL_MAPS;
	return flags;
}

void fast_set_calls(const struct settings *settings)
{
	uint8_t *calls = fast_memory_calls();

	for (uint32_t nr = 0; nr < GATE_NR_CALLS; nr++)
		calls[nr] = gate_call(settings, nr);
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

static bool patch(const struct tracer *tracer, struct tracee *tracee, struct fast_space *fast,
		  struct fast_site *site)
{
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

/* The thread has stopped at @site, which is not patched yet. */
static bool consider_patch(const struct tracer *tracer, struct tracee *tracee,
			   struct fast_space *fast, struct fast_site *site)
{
	struct fast_known *known = site->known;

	if (!known || known->nr_stops++ < STOPS_BEFORE_PATCH)
		return true;
	if (!known->is_classified && known->nr_stops <= STOPS_BEFORE_CMP &&
	    !fast_patch_is_mov(tracee->tid, site->ip))
		return true;
	if (site->site.shape == SITE_UNPATCHABLE)
		fast_patch_classify(tracee->tid, tracee_layout(tracee), site);
	return patch(tracer, tracee, fast, site);
}

struct known_visit {
	struct tracee *tracee;
	struct fast_space *fast;
};

static void patch_known(struct fast_known *known, uint64_t ip, void *argument)
{
	const struct known_visit *visit = argument;
	struct fast_site site = {
		.site = fast_known_site(known, ip),
		.ip = ip,
		.known = known,
	};

	/* At the place of the thread itself the patch is another matter. */
	if (ip == visit->tracee->call.ip || visit->fast->nr_sites == MAX_SITES ||
	    !fast_memory_has_stub(visit->fast, site.site.patch_addr) ||
	    (site.site.shape == SITE_CMP && visit->tracee->process->nr_tracees > 1) ||
	    find_site(visit->fast, ip) || !fast_patch_is_original(visit->tracee->tid, &site) ||
	    !fast_patch_apply(visit->tracee->tid, visit->fast, &site))
		return;
	*add_site(visit->fast, ip) = site;
}

static void patch_all_known(struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct known_visit visit = { tracee, fast };

	if (tracee->process->space->refs == 1)
		fast_known_for_each(tracee_layout(tracee), patch_known, &visit);
}

/* Makes the gate when that seems to pay. Returns false when the thread is no longer at its call. */
static bool consider_gate(struct tracee *tracee, struct fast_space *fast)
{
	if (fast->has_gate || (!has_gate_somewhere && fast->nr_stops < STOPS_BEFORE_GATE))
		return true;
	if (!fast_memory_prepare(tracee, fast, tracee->call.ip))
		return false;
	if (fast->is_refused)
		return true;
	has_gate_somewhere = true;
	patch_all_known(tracee);
	return true;
}

static struct fast_site *get_site(struct tracee *tracee, struct fast_space *fast)
{
	const struct call *call = &tracee->call;
	struct fast_site *site = find_site(fast, call->site_ip ? call->site_ip : call->ip);

	if (site || fast->nr_sites == MAX_SITES)
		return site;
	site = add_site(fast, call->ip);
	site->known = fast_known_get(tracee_layout(tracee), call->ip);
	if (site->known && site->known->is_classified) {
		site->is_refused = site->known->is_refused;
		if (!site->is_refused)
			site->site = fast_known_site(site->known, call->ip);
	}
	return site;
}

bool fast_learn(struct tracer *tracer, struct tracee *tracee, const struct memo *memo)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct call *call = &tracee->call;
	struct fast_site *site;

	if (!tracer->settings.is_fast || fast->is_refused || tracee->has_own_filter ||
	    call->abi != SYSCALL_ABI_X86_64 || tracee->process->preload.is_loading)
		return true;
	fast->nr_stops++;
	if (!consider_gate(tracee, fast))
		return false;
	if (fast->is_refused || !fast->has_gate || is_always_traced(call))
		return true;
	site = get_site(tracee, fast);
	if (!site)
		return true;
	if (!site->is_patched && !site->is_refused && !consider_patch(tracer, tracee, fast, site))
		return false;
	if (!site->is_patched || !memo)
		return true;
	if (!tracee->area && !fast_memory_prepare(tracee, fast, site->site.patch_addr))
		return false;
	if (!fast->is_refused)
		fast_area_teach(tracer, tracee, site->site.return_addr, call, memo);
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
	if (tracee->area)
		tracee->area->stack_end = 0;
}

static struct tracer *taking; /* for the visitor below */

static void take_records(struct tracee *tracee)
{
	fast_take_records(taking, tracee, false);
}

void fast_before_change(struct tracer *tracer, const struct process *process)
{
	taking = tracer;
	tracee_for_each(process, take_records);
}

void fast_after_change(struct tracer *tracer, struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;

	if (!tracer->settings.is_fast || !fast->has_gate)
		return;
	fast_memory_write_code(tracee->tid, tracee_layout(tracee));
	if (!fast->is_refused && !tracee->has_own_filter && !tracee->process->preload.is_loading)
		patch_all_known(tracee);
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
