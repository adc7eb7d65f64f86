/* SPDX-License-Identifier: MIT */
/*
 * The program is about to change memory that scprof uses. Either it maps memory over the gate,
 * stubs or thread areas, or it makes patched code writable. It must find the same memory as without
 * scprof. So the helper restores the patched code before the thread makes the call.
 *
 * There is one exception. While the process has other threads, a call that would change the mapping
 * of thread areas fails with ENOMEM. The kernel has chosen the address of the areas, so a program
 * has no reason to make such a call.
 */
#include "helper/gate/fast_withdraw.h"

#include <errno.h>
#include <linux/mman.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/user.h>

#include "helper/base/debug.h"
#include "helper/base/run.h"
#include "helper/count/call_kind.h"
#include "helper/gate/fast_area.h"
#include "helper/gate/fast_arm.h"
#include "helper/gate/fast_memory.h"
#include "helper/gate/fast_patch.h"
#include "helper/gate/fast_record.h"
#include "helper/trace/ptrace.h"

struct range {
	uint64_t start;
	uint64_t size;
};

/* Fills in the ranges whose mapping the call changes. Returns how many there are. */
static unsigned int changed_ranges(const struct call *call, struct range ranges[static 2])
{
	const uint64_t *args = call->args;

	switch (call_kind(call->abi, call->nr)) {
	case CALL_MMAP:
		if ((args[3] & MAP_FIXED_NOREPLACE) == MAP_FIXED_NOREPLACE ||
		    !(args[3] & MAP_FIXED))
			return 0;
		break;
	case CALL_MPROTECT:
	case CALL_MUNMAP:
	case CALL_MADVISE:
		break;
	case CALL_MREMAP:
		ranges[1] = (struct range){ args[4], args[3] & MREMAP_FIXED ? args[2] : 0 };
		ranges[0] = (struct range){ args[0], args[1] ? args[1] : 1 };
		return 2;
	case CALL_SHMDT:
		ranges[0] = (struct range){ args[0], 1 };
		return 1;
	case CALL_SHMAT:
		/*
		 * The size of the segment is not known here: it could reach to any address above.
		 */
		ranges[0] =
			(struct range){ args[1], args[2] & SHM_REMAP ? UINT64_MAX - args[1] : 0 };
		return 1;
	default:
		return 0;
	}
	ranges[0] = (struct range){ args[0], args[1] };
	return 1;
}

static bool makes_writable(const struct call *call)
{
	return call_kind(call->abi, call->nr) == CALL_MPROTECT && call->args[2] & PROT_WRITE;
}

/* Collects what the thread has counted so far. From now on it makes its calls without the gate. */
static void leave_area(struct run *run, struct tracee *tracee)
{
	struct user_regs_struct registers;

	if (tracee->gate->area)
		fast_collect(run, tracee);
	fast_area_retire(tracee);
	if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	registers.gs_base = 0;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

static void restore_sites(struct tracee *tracee, uint64_t start, uint64_t size)
{
	struct fast_space *fast = tracee->process->space->fast;
	bool is_any = false;

	for (unsigned int i = 0; i < fast->nr_sites; i++) {
		const struct fast_site *site = &fast->sites[i];

		if (site->is_patched &&
		    site->site.patch_addr + SITE_MAX_PATCH - start < size + SITE_MAX_PATCH) {
			fast_patch_restore(tracee->tid, site, tracee_is_alone(tracee));
			is_any = true;
		}
	}
	fast->nr_restored += is_any;
}

/*
 * The helper does not know the size of a segment that shmat(2) maps. The segment is unlikely to
 * reach the areas.
 */
static bool takes_areas(const struct tracee *tracee, const struct range *range)
{
	return call_kind(tracee->call.abi, tracee->call.nr) != CALL_SHMAT &&
	       fast_memory_has_areas(tracee->process->space->fast, range->start, range->size);
}

/*
 * If the process has no other thread, makes the kernel forget the thread's selector, because the
 * kernel kills a thread whose selector it cannot read. Sets call.refusal if the call would change
 * the mapping of the areas while other threads may be using them, or while the kernel still uses a
 * selector. Returns false if the thread is no longer at its call.
 */
static bool give_up_areas(struct tracee *tracee, const struct range *range)
{
	const bool is_taken = takes_areas(tracee, range), is_alone = tracee_is_alone(tracee);

	if (is_alone && !fast_disarm(tracee))
		return false;
	if (is_taken && (!is_alone || tracee->selector))
		tracee->call.refusal = ENOMEM;
	return true;
}

/* Returns false if the thread is no longer at its call. */
static bool withdraw(struct run *run, struct tracee *tracee, const struct range *range)
{
	struct fast_space *fast = tracee->process->space->fast;

	if (!give_up_areas(tracee, range))
		return false;
	if (tracee->call.refusal)
		return true;
	debug(fast, "%d: the program takes the place of gate, stubs or areas", (int)tracee->tid);
	fast_before_change(run, tracee->process);
	restore_sites(tracee, 0, UINT64_MAX - SITE_MAX_PATCH);
	leave_area(run, tracee);
	fast_space_refuse(fast, "the program has taken the place of the gate");
	/*
	 * Other threads may be at a breakpoint of a restored site, or in the gate. Their signals
	 * need this data.
	 */
	if (!tracee_is_alone(tracee) || tracee->selector)
		return true;
	fast->has_gate = false;
	fast->is_outdated = true;
	return true;
}

bool fast_before_mapping(struct run *run, struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct range ranges[2];
	unsigned int nr;

	if (!fast->has_gate)
		return true;
	nr = changed_ranges(&tracee->call, ranges);
	for (unsigned int i = 0; i < nr; i++)
		if (fast_memory_is_ours(fast, ranges[i].start, ranges[i].size))
			return withdraw(run, tracee, &ranges[i]);
	if (makes_writable(&tracee->call)) {
		fast_before_change(run, tracee->process);
		restore_sites(tracee, ranges[0].start, ranges[0].size);
	}
	return true;
}
