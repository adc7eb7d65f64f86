/* SPDX-License-Identifier: MIT */
/*
 * Teaches a thread the stacks of calls, so that the gate recognises them.
 */
#ifndef SCPROF_HELPER_GATE_AREA_TEACH_H
#define SCPROF_HELPER_GATE_AREA_TEACH_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"
#include "helper/unwind/memo.h"

/*
 * @call, made at the patched site of @return_addr, has the stack that @memo describes: gives the
 * thread a memo and a cell for such calls. When it @is_at_call (stopped there), also an area if it
 * has none, and room if the area is full. Does nothing where that cannot be done.
 */
void area_teach(struct run *run, struct tracee *tracee, uint64_t return_addr,
		const struct call *call, const struct memo *memo, bool is_at_call);

/* Drops the memos of one call site and stack pointer. */
void area_unlearn(struct tracee *tracee, uint64_t return_addr, uint64_t sp);

#endif
