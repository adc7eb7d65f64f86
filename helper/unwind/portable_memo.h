/* SPDX-License-Identifier: MIT */
/*
 * Memos without addresses, for programs that are executed again and again. Their code and stack are
 * at other addresses each time, but unwinding takes the same steps. It reads return addresses,
 * which the memo stores as a file and an address in it; addresses on the stack, which it stores
 * relative to the stack pointer; and other values, which it stores unchanged. If all of these are
 * the same, the stack is the same.
 */
#ifndef SCPROF_HELPER_UNWIND_PORTABLE_MEMO_H
#define SCPROF_HELPER_UNWIND_PORTABLE_MEMO_H

#include "helper/unwind/layout.h"
#include "helper/unwind/memo.h"

struct portable_stack {
	uint32_t id;
	uint32_t nr_frames;
};

/* Reads the word at an address. Returns false if that is impossible. */
struct portable_reader {
	bool (*read)(uint64_t addr, uint64_t *value, void *argument);
	void *argument;
};

/*
 * Looks for a memo for the call with @registers (MEMO_NR_REGISTERS elements) in @layout. On
 * success, fills @recorder with the reads of an unwinding, fills in @found, and returns true.
 */
bool portable_memo_find(struct layout *layout, const uint64_t *registers,
			const struct portable_reader *reader, struct memo_recorder *recorder,
			struct portable_stack *found);

/*
 * Stores the reads of @recorder for a complete stack as a memo, if that is possible without
 * addresses.
 */
void portable_memo_add(struct layout *layout, const uint64_t *registers,
		       const struct memo_recorder *recorder, struct portable_stack stack);

#endif
