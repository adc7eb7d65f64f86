/* SPDX-License-Identifier: MIT */
/*
 * The gate's C parts, called as gate_entry.S does, on an area that a helper would have made.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "profile/histogram.h"
#include "scprof/gate.h"
#include "scprof/thread_area.h"

uint32_t gate_before(struct thread_area *area);
void gate_after(struct thread_area *area);

#define RETURN_ADDR 0x7f0000001234
#define NR	    39
#define OTHER_NR    40

static struct thread_area *area;
static uint64_t stack[4] = { 1, 2, 3, 4 };
static struct area_memo *memo;
static struct area_cell *cell;

static void *place(uint32_t offset)
{
	return (char *)area + offset;
}

static uint32_t take(size_t size)
{
	uint32_t offset = area->used;

	area->used += (uint32_t)size;
	return offset;
}

/* An area full of what an earlier owner left, with one memo of two words and one cell. */
static void make_area(void)
{
	uint32_t offset;

	area = aligned_alloc(4096, THREAD_AREA_SIZE);
	cr_assert_not_null(area);
	memset(area, 0xa5, THREAD_AREA_SIZE);
	memset(area, 0, sizeof(*area));
	area->used = AREA_FIRST_FREE;
	area->tsc_mult = 1ull << 32;
	offset = take(sizeof(*memo) + 2 * sizeof(struct area_word));
	memo = place(offset);
	memset(memo, 0, sizeof(*memo));
	memo->return_addr = RETURN_ADDR;
	memo->sp = (uint64_t)stack;
	memo->nr_words = 2;
	memo->words[0] = (struct area_word){ (uint64_t)&stack[1], 2 };
	memo->words[1] = (struct area_word){ (uint64_t)&area->registers[6], 77 };
	area->buckets[area_bucket(memo->return_addr, memo->sp)] = offset;
	memo->cells = take(sizeof(*cell));
	cell = place(memo->cells);
	*cell = (struct area_cell){ .nr = NR };
	area->registers[0] = NR;
	area->registers[6] = 77;
	area->registers[7] = (uint64_t)stack;
	area->registers[16] = RETURN_ADDR;
	stack[1] = 2;
}

static void free_area(void)
{
	free(area);
}

TestSuite(gate, .init = make_area, .fini = free_area);

/* One call with @result that seems to have taken @ticks. */
static void call(uint64_t result, uint64_t ticks)
{
	cr_assert_eq(gate_before(area), 1);
	area->result = result;
	area->start_ticks -= ticks;
	gate_after(area);
}

static const struct area_entry *entry_of(uint16_t error)
{
	for (uint32_t offset = cell->entries; offset;) {
		const struct area_entry *entry = place(offset);
		if (entry->error == error)
			return entry;
		offset = entry->next;
	}
	return NULL;
}

Test(gate, a_known_call_is_a_hit_and_counted)
{
	for (int i = 0; i < 1000; i++)
		call(5, 1000000000);
	cr_expect_eq(area->hits, 1000);
	cr_expect_eq(area->misses, 0);
	uint64_t calls = 0, ticks = 0;
	for (uint32_t offset = cell->entries; offset;) {
		const struct area_entry *entry = place(offset);
		calls += entry->calls;
		ticks += entry->ticks;
		cr_expect_eq(entry->error, 0);
		cr_expect_eq(entry->bytes, 0);
		offset = entry->next;
	}
	cr_expect_eq(calls, 1000);
	cr_expect_geq(ticks, 1000ull * 1000000000);
}

Test(gate, another_word_register_place_or_stack_pointer_is_a_miss)
{
	stack[1] = 9;
	cr_expect_eq(gate_before(area), 0);
	stack[1] = 2;
	area->registers[6]++;
	cr_expect_eq(gate_before(area), 0);
	area->registers[6]--;
	area->registers[16]++;
	cr_expect_eq(gate_before(area), 0);
	area->registers[16]--;
	area->registers[7] += 8;
	cr_expect_eq(gate_before(area), 0);
	area->registers[7] -= 8;
	cr_expect_eq(gate_before(area), 1);
	cr_expect_eq(area->misses, 4);
}

Test(gate, a_call_without_a_cell_is_a_miss)
{
	area->registers[0] = OTHER_NR;
	cr_expect_eq(gate_before(area), 0);
	area->registers[0] = 1ull << 32 | NR;
	cr_expect_eq(gate_before(area), 0, "the upper half of rax is not the number's");
}

Test(gate, mapping_executable_memory_is_the_helpers_to_see)
{
	cell->flags = CELL_MAY_EXECUTE;
	area->registers[1] = PROT_READ | PROT_EXEC;
	cr_expect_eq(gate_before(area), 0);
	area->registers[1] = PROT_READ | PROT_WRITE;
	cr_expect_eq(gate_before(area), 1);
}

Test(gate, errors_and_bytes_are_counted_apart)
{
	cell->flags = CELL_MOVES_BYTES;
	call(100, 0);
	call((uint64_t)-ENOENT, 0);
	call((uint64_t)-4095, 0);
	call((uint64_t)-4096, 0);
	cr_assert_not_null(entry_of(ENOENT));
	cr_expect_eq(entry_of(ENOENT)->calls, 1);
	cr_expect_eq(entry_of(ENOENT)->bytes, 0);
	cr_expect_not_null(entry_of(4095));
	cr_expect_null(entry_of(4096), "-4096 is a result");
	cr_expect_eq(entry_of(0)->bytes, 100);
}

/* From the middle of each bucket: the test itself takes a few ticks too. */
Test(gate, latencies_fall_into_the_profiles_buckets)
{
	for (unsigned int shift = 16; shift < 62; shift++) {
		for (uint64_t part = 8; part < 16; part++) {
			uint64_t ns = (part << shift) + (1ull << (shift - 1));

			cell->entries = 0;
			call(0, ns);
			const struct area_entry *entry = place(cell->entries);
			cr_expect_eq(entry->bucket, histogram_bucket(ns), "%lu", ns);
		}
	}
}

Test(gate, a_full_area_is_a_miss_before_the_call_is_made)
{
	area->used = THREAD_AREA_SIZE - sizeof(struct area_entry) + 1;
	cr_expect_eq(gate_before(area), 0);
	cr_expect_eq(area->is_full, 1);
	area->used = THREAD_AREA_SIZE - sizeof(struct area_entry);
	call(0, 0);
	cr_expect_eq(area->used, THREAD_AREA_SIZE);
}

Test(gate, the_code_fits_its_page_and_lies_in_order)
{
	cr_expect_lt(__stop_gate_text - __start_gate_text, GATE_BLANK_ADDR - GATE_ADDR);
	cr_expect_eq(gate_syscall_return - gate_syscall, 2);
	cr_expect_eq((unsigned char)gate_syscall[0], 0x0f);
	cr_expect_eq((unsigned char)gate_syscall[1], 0x05);
	cr_expect_lt(gate_leave, gate_left);
}
