/* SPDX-License-Identifier: MIT */
/*
 * What the fast engine puts into a process: the gate, the memory of the thread areas, pools of stubs.
 */
#ifndef SCPROF_HELPER_FAST_MEMORY_H
#define SCPROF_HELPER_FAST_MEMORY_H

#include "helper/tracee.h"

#define FAST_POOL_SIZE 16384
#define FAST_STUB_SIZE 32

/* Where areas are asked for; programs and their libraries are elsewhere. */
#define FAST_AREAS_START (16ull << 40)

/*
 * Makes what is not there yet, with a stub's place in reach of @patch_addr. Where that cannot be
 * done, fast->is_refused is set. Returns false when the thread is no longer at its call.
 */
bool fast_memory_prepare(struct tracee *tracee, struct fast_space *fast, uint64_t patch_addr);

#endif
