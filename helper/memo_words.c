/* SPDX-License-Identifier: MIT */
/*
 * Most words are the stack's, which the snapshot reads at once.
 */
#include "helper/memo_words.h"

#include "helper/remote_memory.h"

bool memo_words_match(const struct memo *memo, struct snapshot *snapshot, pid_t tid)
{
	uint64_t addrs[REMOTE_MEMORY_MAX_WORDS], expected[REMOTE_MEMORY_MAX_WORDS], value;
	unsigned int nr = 0;

	snapshot_extend(snapshot, memo->window_end);
	for (uint32_t i = 0; i < memo->nr_words; i++) {
		const struct memo_word *word = &memo->words[i];

		if (snapshot_word(snapshot, word->addr, 0, &value)) {
			if (value != word->value)
				return false;
			continue;
		}
		/* Others, such as JIT compilers' code, are read together. */
		if (!tid || nr == REMOTE_MEMORY_MAX_WORDS)
			return false;
		addrs[nr] = word->addr;
		expected[nr++] = word->value;
	}
	return remote_memory_has_words(tid, addrs, expected, nr);
}
