/* SPDX-License-Identifier: MIT */
/*
 * Memos in a thread area. The gate recognises a stack by its memo. Each memo has a cell for each
 * call number.
 */
#ifndef SCPROF_HELPER_GATE_AREA_MEMO_H
#define SCPROF_HELPER_GATE_AREA_MEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/space/tracee.h"
#include "helper/unwind/memo.h"

/*
 * Makes sure that the area of @tracee has the memo and the cell for @call. The call was made at the
 * site with @return_addr, and @memo describes its stack. Returns false if the area is full.
 */
bool area_memo_teach(const struct tracee *tracee, uint64_t return_addr, const struct call *call,
		     const struct memo *memo);

#endif
