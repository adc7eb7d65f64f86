/* SPDX-License-Identifier: MIT */
/*
 * Adds memos to the area of a thread, so that the gate recognises its stacks.
 */
#ifndef SCPROF_HELPER_GATE_AREA_TEACH_H
#define SCPROF_HELPER_GATE_AREA_TEACH_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"
#include "helper/unwind/memo.h"

/*
 * The program has made @call at the patched site with @return_addr, and @memo describes its stack.
 * Gives the thread a memo and a cell for such calls. If @is_at_call, the thread is stopped at the
 * call, and also gets an area if it has none, and more room if its area is full. Does nothing if
 * that is impossible.
 */
void area_teach(struct run *run, struct tracee *tracee, uint64_t return_addr,
		const struct call *call, const struct memo *memo, bool is_at_call);

/* Removes the memos for one call site and stack pointer. */
void area_unlearn(struct tracee *tracee, uint64_t return_addr, uint64_t sp);

#endif
