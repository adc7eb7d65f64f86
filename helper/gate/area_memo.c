/* SPDX-License-Identifier: MIT */
/*
 * Memos and cells are in the part of the area that starts at memos_start. A new one is put below
 * the others.
 */
#include "helper/gate/area_memo.h"

#include <string.h>

#include "helper/gate/gate_calls.h"
#include "helper/space/area_reader.h"

#define MAX_VARIANTS 64 /* memos in one bucket; older ones are added again if needed */

static struct area_memo *memo_at(const struct tracee *tracee, uint32_t offset)
{
	return area_place(tracee->gate->area, tracee->gate->area_size, offset,
			  sizeof(struct area_memo));
}

/* Returns cleared room for a memo or cell, or NULL. */
static void *allocate(const struct tracee *tracee, size_t size)
{
	struct thread_area *area = tracee->gate->area;
	uint32_t old = AREA_LOAD(area->memos_start);
	uint32_t start = (uint32_t)(old - size) & ~7u;

	if (old > AREA_IMAGE(tracee->gate->area_size) || old < AREA_FIRST_FREE ||
	    size > old - AREA_FIRST_FREE)
		return NULL;
	__atomic_store_n(&area->memos_start, start, __ATOMIC_SEQ_CST);
	/*
	 * Leaves room for two entries: one that the thread may be taking now, and one that it may
	 * need later.
	 */
	if (__atomic_load_n(&area->used, __ATOMIC_SEQ_CST) + 2 * sizeof(struct area_entry) >
	    start) {
		area->memos_start = old;
		return NULL;
	}
	return memset((char *)area + start, 0, size);
}

static uint32_t offset_of(const struct thread_area *area, const void *place)
{
	return (uint32_t)((const char *)place - (const char *)area);
}

/*
 * Counts the registers that a memo in the area must store. Two of them are in its key. r11 is left
 * out: no unwinder reads it, and the gate does not have its value.
 */
static unsigned int count_registers(uint32_t mask)
{
	mask &= ~(1u << MEMO_REGISTER_SP | 1u << MEMO_REGISTER_IP);
	return (unsigned int)__builtin_popcount(mask);
}

/* Converts @range to the form that the gate uses. */
static struct area_range to_area_range(uint64_t area_addr, const struct memo_range *range)
{
	uint64_t addr = range->addr < MEMO_NR_REGISTERS
				? area_addr + AREA_REGISTERS + 8 * range->addr
				: range->addr;

	return (struct area_range){ addr, range->start, range->size };
}

static bool has_ranges(const struct area_memo *found, uint64_t area_addr, const struct memo *memo)
{
	if (found->nr_ranges != memo->nr_ranges)
		return false;
	for (uint32_t i = 0; i < memo->nr_ranges; i++) {
		struct area_range range = to_area_range(area_addr, &memo->ranges[i]);

		if (memcmp(&area_memo_ranges(found)[i], &range, sizeof(range)) != 0)
			return false;
	}
	return true;
}

static struct area_memo *find_memo(const struct tracee *tracee, uint64_t return_addr,
				   const struct memo *memo)
{
	uint32_t offset =
		AREA_LOAD(tracee->gate->area->buckets[area_bucket(return_addr, memo->sp)]);

	for (unsigned int i = 0; offset && i < MAX_VARIANTS; i++) {
		struct area_memo *found = memo_at(tracee, offset);
		if (!found)
			break;
		offset = AREA_LOAD(found->next);
		if (found->return_addr == return_addr && found->sp == memo->sp &&
		    found->stack == memo->stack &&
		    found->nr_words == memo->nr_words + count_registers(memo->register_mask) &&
		    memcmp(found->words, memo->words, memo->nr_words * sizeof(struct area_word)) ==
			    0 &&
		    has_ranges(found, tracee->gate->area_addr, memo))
			return found;
	}
	return NULL;
}

_Static_assert(sizeof(struct area_word) == sizeof(struct memo_word), "copied as they are");

static struct area_memo *add_memo(const struct tracee *tracee, uint64_t return_addr,
				  const struct memo *memo)
{
	struct thread_area *area = tracee->gate->area;
	uint32_t nr_words = memo->nr_words + count_registers(memo->register_mask);
	struct area_memo *added =
		allocate(tracee, sizeof(*added) + nr_words * sizeof(struct area_word) +
					 memo->nr_ranges * sizeof(struct area_range));
	uint32_t *bucket = &area->buckets[area_bucket(return_addr, memo->sp)];
	uint32_t nr = memo->nr_words, *link = bucket;
	struct area_range *ranges;

	if (!added)
		return NULL;
	added->return_addr = return_addr;
	added->sp = memo->sp;
	added->stack = memo->stack;
	added->is_truncated = memo->is_truncated;
	added->nr_words = nr_words;
	memcpy(added->words, memo->words, memo->nr_words * sizeof(struct area_word));
	for (unsigned int i = 0; i < MEMO_NR_REGISTERS; i++) {
		if (!(memo->register_mask & 1u << i) || i == MEMO_REGISTER_SP ||
		    i == MEMO_REGISTER_IP)
			continue;
		added->words[nr].addr = tracee->gate->area_addr + AREA_REGISTERS + 8ull * i;
		added->words[nr++].value = memo->registers[i];
	}
	added->nr_ranges = memo->nr_ranges;
	ranges = (struct area_range *)(void *)(added->words + nr_words);
	for (uint32_t i = 0; i < memo->nr_ranges; i++)
		ranges[i] = to_area_range(tracee->gate->area_addr, &memo->ranges[i]);
	for (unsigned int i = 1; i < MAX_VARIANTS; i++) {
		struct area_memo *variant = memo_at(tracee, AREA_LOAD(*link));
		if (!variant)
			break;
		link = &variant->next;
	}
	*link = 0;
	added->next = *bucket;
	added->next_of_all = area->all_memos;
	area->all_memos = offset_of(area, added);
	return added;
}

/* Links the memo, which now has its first cell, so that the thread can find it. */
static void publish_memo(struct thread_area *area, uint64_t return_addr, uint64_t sp,
			 const struct area_memo *memo)
{
	uint32_t *bucket = &area->buckets[area_bucket(return_addr, sp)];

	__atomic_store_n(bucket, offset_of(area, memo), __ATOMIC_RELEASE);
}

/* Adds a cell to @memo. Returns false if the area is full. */
static bool add_cell(const struct tracee *tracee, struct area_memo *memo, const struct call *call)
{
	struct area_cell *cell;

	for (uint32_t offset = AREA_LOAD(memo->cells), i = 0; offset && i < GATE_NR_CALLS; i++) {
		cell = area_place(tracee->gate->area, tracee->gate->area_size, offset,
				  sizeof(*cell));
		if (!cell)
			break;
		offset = AREA_LOAD(cell->next);
		if (cell->nr == call->nr)
			return !tracee->gate->area->is_full;
	}
	cell = allocate(tracee, sizeof(*cell));
	if (!cell)
		return false;
	cell->nr = call->nr;
	cell->flags = gate_calls()[call->nr];
	cell->next = memo->cells;
	__atomic_store_n(&memo->cells, offset_of(tracee->gate->area, cell), __ATOMIC_RELEASE);
	return true;
}

bool area_memo_teach(const struct tracee *tracee, uint64_t return_addr, const struct call *call,
		     const struct memo *memo)
{
	struct area_memo *known = find_memo(tracee, return_addr, memo);

	if (known)
		return add_cell(tracee, known, call);
	known = add_memo(tracee, return_addr, memo);
	if (!known || !add_cell(tracee, known, call))
		return false;
	publish_memo(tracee->gate->area, return_addr, memo->sp, known);
	return true;
}
