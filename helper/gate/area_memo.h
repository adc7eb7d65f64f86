/* SPDX-License-Identifier: MIT */
/*
 * Memos in a thread area: by these the gate recognises a stack. Each has a cell for each call
 * number.
 */
#ifndef SCPROF_HELPER_GATE_AREA_MEMO_H
#define SCPROF_HELPER_GATE_AREA_MEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/space/tracee.h"
#include "helper/unwind/memo.h"
#include "scprof/thread_area.h"

/*
 * Sees to it that the area of @tracee has the memo and the cell for @call, made at the site of
 * @return_addr with the stack that @memo describes. Returns false when the area is full.
 */
bool area_memo_teach(const struct tracee *tracee, uint64_t return_addr, const struct call *call,
		     const struct memo *memo);

#endif
