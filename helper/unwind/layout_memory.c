/* SPDX-License-Identifier: MIT */
/*
 * Regions that are not executable may have changed since the layout was read. So answers about
 * stacks may be outdated, but they are the same as long as the layout exists.
 */
#include "helper/unwind/layout_memory.h"

#include "helper/trace/remote_memory.h"
#include "profile/util/xalloc.h"

#define NR_CODE_WORDS 4096u /* a power of two */

uint64_t layout_memory_end(const struct layout *layout, uint64_t addr)
{
	unsigned int index = layout_index(layout, addr);

	if (index == layout->nr_regions)
		return UINT64_MAX;
	return layout->regions[index].start <= addr ? layout->regions[index].end
						    : layout->regions[index].start;
}

struct address_range layout_gap(const struct layout *layout, uint64_t addr)
{
	struct address_range gap = { 0, UINT64_MAX };
	unsigned int index = layout_index(layout, addr);

	for (unsigned int i = index; i-- > 0;) {
		if (!layout->regions[i].is_executable)
			continue;
		gap.start = layout->regions[i].end;
		break;
	}
	for (; index < layout->nr_regions; index++) {
		if (!layout->regions[index].is_executable)
			continue;
		gap.end = layout->regions[index].start;
		break;
	}
	/* Code that was added since then. */
	for (unsigned int i = 0; i < layout->nr_stale; i++) {
		const struct address_range *stale = &layout->stale[i];

		if (stale->start > addr && stale->start < gap.end)
			gap.end = stale->start;
		else if (stale->start <= addr && stale->end > gap.start)
			gap.start = stale->end;
	}
	return addr >= gap.start && addr < gap.end ? gap : (struct address_range){ addr, addr };
}

bool layout_code_word(struct layout *layout, pid_t tid, uint64_t addr, uint64_t *value)
{
	const uint64_t hash = addr * 0x9e3779b97f4a7c15u;
	struct memo_word *word;

	if (!layout->code_words)
		layout->code_words = xcalloc(NR_CODE_WORDS, sizeof(*layout->code_words));
	word = &layout->code_words[hash >> 32 & (NR_CODE_WORDS - 1)];
	if (word->addr != addr) {
		if (!remote_memory_word(tid, addr, value))
			return false;
		*word = (struct memo_word){ addr, *value };
	}
	*value = word->value;
	return true;
}
