/* SPDX-License-Identifier: MIT */
/*
 * The gate cannot use a memo that depends on a register which a system call changes.
 */
#include "helper/gate/area_teach.h"

#include "helper/base/debug.h"
#include "helper/gate/area_counts.h"
#include "helper/gate/area_memo.h"
#include "helper/gate/fast_area.h"
#include "helper/gate/fast_stack_end.h"
#include "scprof/thread_area.h"

#define MAX_WORDS 8192

void area_teach(struct run *run, struct tracee *tracee, uint64_t return_addr,
		const struct call *call, const struct memo *memo, bool is_at_call)
{
	struct thread_area *area;

	if (!tracee->gate->area && is_at_call)
		fast_area_give(tracee);
	area = tracee->gate->area;
	if (!area || call->nr >= GATE_NR_CALLS || !fast_area_check(run, tracee))
		return;
	fast_stack_end_note(tracee, memo, is_at_call);
	/* The log needs a record of each call, and a call that is only counted leaves none. */
	if (run->log)
		return;
	if (memo->nr_words > MAX_WORDS || memo->register_mask & 1u << MEMO_REGISTER_R11 ||
	    memo->register_mask & 1u << MEMO_REGISTER_RAX ||
	    area_memo_teach(tracee, return_addr, call, memo) || !is_at_call)
		return;
	debug(fast, "%d: area is full", (int)tracee->tid);
	area_counts_collect(run, tracee);
	fast_area_reset(tracee);
	area_memo_teach(tracee, return_addr, call, memo);
}

void area_unlearn(struct tracee *tracee, uint64_t return_addr, uint64_t sp)
{
	if (tracee->gate->area)
		tracee->gate->area->buckets[area_bucket(return_addr, sp)] = 0;
}
