/* SPDX-License-Identifier: MIT */
/*
 * Memos: what makes a repeated stack recognisable. Unwinding is a pure function of the registers
 * and memory words that it consulted and of the executable regions. A memo keeps those reads and
 * the stack that came out; if all repeat, the stack is the same, without unwinding. Memos live in a
 * layout, so the regions are given. Where a walk only asked whether a value can be an address of
 * some kind, and the answer was no, the memo keeps the range of all values with this answer instead
 * of the value.
 */
#ifndef SCPROF_HELPER_UNWIND_MEMO_H
#define SCPROF_HELPER_UNWIND_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* DWARF numbers of the System V ABI */
#define MEMO_REGISTER_RAX 0
#define MEMO_REGISTER_RBX 3
#define MEMO_REGISTER_BP  6
#define MEMO_REGISTER_SP  7
#define MEMO_REGISTER_R11 11
#define MEMO_REGISTER_R12 12
#define MEMO_REGISTER_R15 15
#define MEMO_REGISTER_IP  16
#define MEMO_NR_REGISTERS 17

struct memo_word {
	uint64_t addr;
	uint64_t value;
};

#define MEMO_MAX_RANGES 2

/* The value at @addr must be in [@start, @start + @size), which may wrap around. */
struct memo_range {
	uint64_t addr; /* of a word; below MEMO_NR_REGISTERS: the number of a register */
	uint64_t start;
	uint64_t size;
};

struct memo {
	uint64_t ip;
	uint64_t sp;
	uint64_t registers[MEMO_NR_REGISTERS];
	uint32_t register_mask; /* which of them were consulted */
	uint32_t stack;		/* stack id */
	bool is_truncated;
	uint32_t nr_ranges;
	struct memo_range ranges[MEMO_MAX_RANGES];
	uint32_t nr_words;
	uint64_t window_end; /* the words in [sp, window_end) can be had with one read */
	struct memo *next;   /* same hash; the last one used comes first */
	struct memo_word words[];
};

struct memo_table {
	struct memo **buckets; /* NULL until the first memo */
	unsigned int nr_memos;
	size_t nr_words;    /* of all memos */
	bool has_truncated; /* there has been a memo of a truncated stack */
};

/* The reads of one unwinding, as they happen. */
struct memo_recorder {
	uint32_t register_mask;
	struct memo_word *words;
	uint32_t nr_words;
	uint32_t capacity;
	uint32_t nr_ranges;
	struct memo_range ranges[MEMO_MAX_RANGES];
};

void memo_table_init(struct memo_table *table);
void memo_table_fini(struct memo_table *table);

void memo_recorder_reset(struct memo_recorder *recorder);
void memo_recorder_register(struct memo_recorder *recorder, unsigned int number);
void memo_recorder_word(struct memo_recorder *recorder, uint64_t addr, uint64_t value);
/* Returns false when there is no room: then the value itself must be recorded. */
bool memo_recorder_range(struct memo_recorder *recorder, const struct memo_range *range);

static inline bool memo_range_has(const struct memo_range *range, uint64_t value)
{
	return value - range->start < range->size;
}

/*
 * Returns the memo of the call with @registers whose consulted registers are the same and whose
 * words @words_match finds unchanged, or NULL. @argument is handed on.
 */
const struct memo *memo_table_find(struct memo_table *table, const uint64_t *registers,
				   bool (*words_match)(const struct memo *memo, void *argument),
				   void *argument);

/*
 * Keeps what @recorder saw, and returns it; a full table is emptied first. @registers has
 * MEMO_NR_REGISTERS.
 */
const struct memo *memo_table_add(struct memo_table *table, const struct memo_recorder *recorder,
				  const uint64_t *registers, uint32_t stack, bool is_truncated);

#endif
