/* SPDX-License-Identifier: MIT */
/*
 * Memos, by which the helper recognises a repeated stack. The result of unwinding depends only on
 * the registers and memory words that it reads, and on the executable regions. A memo stores these
 * registers and words and the resulting stack. If all of them are the same again, the stack is the
 * same, and the helper does not unwind. Memos belong to a layout, so the regions are the same.
 * Sometimes the walk only asks whether a value can be some kind of address, and the answer is no.
 * Then the memo stores the range of all values with that answer, instead of the value.
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
	uint32_t register_mask; /* which of them the walk has read */
	uint32_t stack;		/* stack id */
	bool is_truncated;
	uint32_t nr_ranges;
	struct memo_range ranges[MEMO_MAX_RANGES];
	uint32_t nr_words;
	uint64_t window_end; /* words in [sp, window_end) can be read at once */
	struct memo *next;   /* same hash; the last used one comes first */
	struct memo_word words[];
};

struct memo_table {
	struct memo **buckets; /* NULL until the first memo */
	unsigned int nr_memos;
	size_t nr_words;    /* of all memos */
	bool has_truncated; /* there was a memo of a truncated stack */
};

/* Records the reads of one unwinding. */
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
/* Returns false if there is no room. Then the caller must record the value itself. */
bool memo_recorder_range(struct memo_recorder *recorder, const struct memo_range *range);

static inline bool memo_range_has(const struct memo_range *range, uint64_t value)
{
	return value - range->start < range->size;
}

/*
 * Returns the memo for the call with @registers, or NULL. Its registers must be the same, and
 * @words_match must return true for its words. @argument is passed to @words_match.
 */
const struct memo *memo_table_find(struct memo_table *table, const uint64_t *registers,
				   bool (*words_match)(const struct memo *memo, void *argument),
				   void *argument);

/*
 * Stores the reads of @recorder as a memo, and returns it. Empties a full table first. @registers
 * has MEMO_NR_REGISTERS elements.
 */
const struct memo *memo_table_add(struct memo_table *table, const struct memo_recorder *recorder,
				  const uint64_t *registers, uint32_t stack, bool is_truncated);

#endif
