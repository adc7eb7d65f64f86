/* SPDX-License-Identifier: MIT */
/*
 * The memory that the fast engine puts into a process: the gate, the thread areas, and pools of
 * stubs.
 */
#ifndef SCPROF_HELPER_GATE_FAST_MEMORY_H
#define SCPROF_HELPER_GATE_FAST_MEMORY_H

#include "helper/space/tracee.h"

#define FAST_POOL_SIZE 16384
#define FAST_STUB_SIZE 32

/*
 * Creates the missing parts, with room for a stub within reach of @patch_addr. If that is
 * impossible, sets fast->is_refused. Returns false if the thread is no longer at its call.
 */
bool fast_memory_prepare(struct tracee *tracee, struct fast_space *fast, uint64_t patch_addr);

/*
 * To be called before the program creates its first thread. Allows the helper to put a barrier into
 * all threads of this address space, which fast_patch_apply needs. Returns false if the thread is
 * no longer at its call.
 */
bool fast_memory_register(struct tracee *tracee, struct fast_space *fast);
/*
 * The thread is about to install the filters tracee->new_filters. If the filters deny calls that
 * later threads of the process would need, makes these calls now. Returns false if the thread is no
 * longer at its call.
 */
bool fast_memory_reserve(struct tracee *tracee, struct fast_space *fast);

/*
 * Ends an injection, and returns as inject_end does. If the thread is late, neither it nor others
 * in this address space make another call for the helper.
 */
struct injection;
bool fast_memory_end_injection(struct tracee *tracee, struct fast_space *fast,
			       struct injection *injection);

/* Returns true if the last pool has room for a stub within reach of @patch_addr. */
bool fast_memory_has_stub(const struct fast_space *fast, uint64_t patch_addr);
/*
 * Makes a pool with room within reach of @patch_addr the last one, and returns true. Returns false
 * if there is no such pool. If the program is far below its libraries, each of them has its own
 * pools.
 */
bool fast_memory_choose_pool(struct fast_space *fast, uint64_t patch_addr);
/* Returns the address of the next free stub of the last pool. */
uint64_t fast_memory_next_stub(const struct fast_space *fast);
unsigned int fast_memory_nr_free_stubs(const struct fast_space *fast);
/* @nr stubs of the last pool have been written. */
void fast_memory_take_stubs(struct fast_space *fast, unsigned int nr);

/* Returns true if any of the @size bytes at @addr belong to areas. */
bool fast_memory_has_areas(const struct fast_space *fast, uint64_t addr, uint64_t size);
/* Returns true if any of the @size bytes at @addr belong to the gate, stubs or areas. */
bool fast_memory_is_ours(const struct fast_space *fast, uint64_t addr, uint64_t size);

/* Returns true if the gate is still at its address. */
bool fast_memory_has_gate(pid_t tid);

/*
 * Writes into the gate's data, in the address space of @tid, where code is and where scprof's
 * memory is.
 */
void fast_memory_write_code(pid_t tid, const struct fast_space *fast, const struct layout *layout);

#endif
