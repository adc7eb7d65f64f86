/* SPDX-License-Identifier: MIT */
/*
 * Memos without addresses, for programs that are executed again and again: each time their code and
 * their stack lie elsewhere, but unwinding does the same. What it consulted are return addresses
 * (kept as a file and an address in it), places on the stack (kept relative to the stack pointer)
 * and other values (kept as they are). When all of these repeat, so does the stack.
 */
#ifndef SCPROF_HELPER_UNWIND_PORTABLE_MEMO_H
#define SCPROF_HELPER_UNWIND_PORTABLE_MEMO_H

#include "helper/unwind/layout.h"
#include "helper/unwind/memo.h"

struct portable_stack {
	uint32_t id;
	uint32_t nr_frames;
};

/*
 * Looks for a memo of the call with @registers (MEMO_NR_REGISTERS) in @layout; @read gets the word
 * at an address. On success fills @recorder with what an unwinding would have consulted, and
 * @found, and returns true.
 */
bool portable_memo_find(struct layout *layout, const uint64_t *registers,
			bool (*read)(uint64_t addr, uint64_t *value, void *argument),
			void *argument, struct memo_recorder *recorder,
			struct portable_stack *found);

/* Keeps what @recorder saw of a whole stack, if that can be said without addresses. */
void portable_memo_add(struct layout *layout, const uint64_t *registers,
		       const struct memo_recorder *recorder, struct portable_stack stack);

#endif
