/* SPDX-License-Identifier: MIT */
/*
 * Most words are on the stack, and the snapshot reads these at once.
 */
#include "helper/unwind/memo_words.h"

#include "helper/trace/remote_memory.h"

/* Returns true if all words for which the memo stores a range are within it. */
static bool ranges_match(const struct memo *memo, struct snapshot *snapshot, pid_t tid)
{
	uint64_t value;

	for (uint32_t i = 0; i < memo->nr_ranges; i++) {
		const struct memo_range *range = &memo->ranges[i];

		if (range->addr < MEMO_NR_REGISTERS)
			continue;
		if (!snapshot_word(snapshot, range->addr, 0, &value) &&
		    (!tid || !remote_memory_word(tid, range->addr, &value)))
			return false;
		if (!memo_range_has(range, value))
			return false;
	}
	return true;
}

bool memo_words_match(const struct memo *memo, struct snapshot *snapshot, pid_t tid)
{
	uint64_t addrs[REMOTE_MEMORY_MAX_WORDS], expected[REMOTE_MEMORY_MAX_WORDS], value;
	unsigned int nr = 0;

	snapshot_extend(snapshot, memo->window_end);
	if (!ranges_match(memo, snapshot, tid))
		return false;
	for (uint32_t i = 0; i < memo->nr_words; i++) {
		const struct memo_word *word = &memo->words[i];

		if (snapshot_word(snapshot, word->addr, 0, &value)) {
			if (value != word->value)
				return false;
			continue;
		}
		/* Other words, such as code of JIT compilers, are read together. */
		if (!tid || nr == REMOTE_MEMORY_MAX_WORDS)
			return false;
		addrs[nr] = word->addr;
		expected[nr++] = word->value;
	}
	return remote_memory_has_words(tid, addrs, expected, nr);
}
