/* SPDX-License-Identifier: MIT */
/*
 * Makes the area in memory that a forked child shares, as a thread shares its area with the helper.
 */
#include "tests/unit/made_area.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>

struct thread_area *area;
uint64_t stack[4] = { 1, 2, 3, 4 };
struct gate_data data;
struct area_memo *memo;
struct area_cell *cell;

void *made_place(uint32_t offset)
{
	return (char *)area + offset;
}

uint32_t made_take(size_t size)
{
	uint32_t offset = area->used;

	area->used += (uint32_t)size;
	return offset;
}

/*
 * Makes an area that still has the contents from an earlier thread, with one memo of two words and
 * one cell.
 */
void made_area_init(void)
{
	uint32_t offset;

	area = mmap(NULL, THREAD_AREA_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		    0);
	cr_assert_neq(area, MAP_FAILED);
	memset(area, 0xa5, THREAD_AREA_SIZE);
	memset(area, 0, sizeof(*area));
	area->size = THREAD_AREA_SIZE;
	area->used = AREA_FIRST_FREE;
	area->memos_start = AREA_RECORDS(THREAD_AREA_SIZE);
	area->records_end = area_mark(0, AREA_RECORDS(THREAD_AREA_SIZE));
	area->records_read = area->records_end;
	area->records_limit = THREAD_AREA_SIZE;
	area->tsc_mult = 1ull << 32;
	memset(&data, 0, sizeof(data));
	data.calls[NR] = data.calls[OTHER_NR] = GATE_CALL_IN_PLACE;
	area->data_addr = (uint64_t)&data;
	offset =
		made_take(sizeof(*memo) + 2 * sizeof(struct area_word) + sizeof(struct area_range));
	memo = made_place(offset);
	memset(memo, 0, sizeof(*memo));
	memo->return_addr = RETURN_ADDR;
	memo->sp = (uint64_t)stack;
	memo->nr_words = 2;
	memo->words[0] = (struct area_word){ (uint64_t)&stack[1], 2 };
	memo->words[1] = (struct area_word){ (uint64_t)&area->registers[AREA_RBP], 77 };
	area->buckets[area_bucket(memo->return_addr, memo->sp)] = offset;
	memo->cells = made_take(sizeof(*cell));
	cell = made_place(memo->cells);
	*cell = (struct area_cell){ .nr = NR };
	area->registers[AREA_RAX] = NR;
	area->registers[AREA_RBP] = 77;
	area->registers[AREA_RSP] = (uint64_t)stack;
	area->registers[AREA_RETURN] = RETURN_ADDR;
	stack[1] = 2;
}

void made_area_fini(void)
{
	munmap(area, THREAD_AREA_SIZE);
}

void made_gate_call(uint64_t result, uint64_t ticks)
{
	cr_assert_eq(gate_before(area), 1);
	area->result = result;
	area->start_ticks -= ticks;
	gate_after(area);
}

const struct area_entry *made_entry_of(uint16_t error)
{
	for (uint32_t offset = cell->entries; offset;) {
		const struct area_entry *entry = made_place(offset);
		if (entry->error == error)
			return entry;
		offset = entry->next;
	}
	return NULL;
}
