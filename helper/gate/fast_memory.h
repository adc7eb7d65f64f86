/* SPDX-License-Identifier: MIT */
/*
 * What the fast engine puts into a process: the gate, the memory of the thread areas, pools of
 * stubs.
 */
#ifndef SCPROF_HELPER_GATE_FAST_MEMORY_H
#define SCPROF_HELPER_GATE_FAST_MEMORY_H

#include "helper/space/tracee.h"

#define FAST_POOL_SIZE 16384
#define FAST_STUB_SIZE 32

/*
 * Makes what is not there yet, with a stub's place in reach of @patch_addr. Where that cannot be
 * done, fast->is_refused is set. Returns false when the thread is no longer at its call.
 */
bool fast_memory_prepare(struct tracee *tracee, struct fast_space *fast, uint64_t patch_addr);

/*
 * Before the first thread is made: lets the helper put a barrier into all threads of this address
 * space, which fast_patch_apply needs. Returns false when the thread is no longer at its call.
 */
bool fast_memory_register(struct tracee *tracee, struct fast_space *fast);

/*
 * Ends an injection, and returns as inject_end does. If the thread is late, neither it nor others
 * in this address space make another call for the helper.
 */
struct injection;
bool fast_memory_end_injection(struct tracee *tracee, struct fast_space *fast,
			       struct injection *injection);

/* Whether the last pool has a place in reach of @patch_addr. */
bool fast_memory_has_stub(const struct fast_space *fast, uint64_t patch_addr);
/*
 * Makes a pool that has a place in reach of @patch_addr the last one, and returns true. Returns
 * false if there is no such pool. The program may lie far below its libraries: then each has pools
 * of its own.
 */
bool fast_memory_choose_pool(struct fast_space *fast, uint64_t patch_addr);
/* Returns the address of the next free stub of the last pool. */
uint64_t fast_memory_next_stub(const struct fast_space *fast);
unsigned int fast_memory_nr_free_stubs(const struct fast_space *fast);
/* @nr stubs of the last pool have been written. */
void fast_memory_take_stubs(struct fast_space *fast, unsigned int nr);

/* Whether any of the @size bytes at @addr are gate, stubs or areas. */
bool fast_memory_is_ours(const struct fast_space *fast, uint64_t addr, uint64_t size);

/* Whether the gate still is where it was put. */
bool fast_memory_has_gate(pid_t tid);

/* Tells the gate of @tid's address space where there is code, and where scprof's memory is. */
void fast_memory_write_code(pid_t tid, const struct fast_space *fast, const struct layout *layout);

#endif
