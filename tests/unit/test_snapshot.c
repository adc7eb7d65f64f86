// SPDX-License-Identifier: MIT
/*
 * Snapshots of a stack. A memory of this test replaces remote_memory.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "helper/trace/remote_memory.h"
#include "helper/unwind/snapshot.h"

static uint64_t memory_start;
static size_t memory_size; /* each word contains its own index */
static unsigned int nr_reads;
static pid_t last_tid;

size_t remote_memory_read(pid_t tid, uint64_t addr, void *buffer, size_t size)
{
	nr_reads++;
	last_tid = tid;
	if (addr < memory_start || addr - memory_start >= memory_size)
		return 0;
	if (size > memory_size - (addr - memory_start))
		size = memory_size - (addr - memory_start);
	for (size_t i = 0; i < size; i++) {
		uint64_t at = addr - memory_start + i;
		uint64_t word = at / 8 + 1;
		((uint8_t *)buffer)[i] = ((const uint8_t *)&word)[at % 8];
	}
	return size;
}

bool remote_memory_word(pid_t tid, uint64_t addr, uint64_t *value)
{
	return remote_memory_read(tid, addr, value, sizeof(*value)) == sizeof(*value);
}

static struct snapshot snapshot;

static void begin(uint64_t start, size_t size)
{
	memory_start = start;
	memory_size = size;
	nr_reads = 0;
	snapshot_reset(&snapshot, 7, start);
}

static void teardown(void)
{
	free(snapshot.buffer);
}

TestSuite(snapshot, .fini = teardown);

static void expect_word(uint64_t addr, size_t reach, uint64_t expected)
{
	uint64_t value = 0;

	cr_expect(snapshot_word(&snapshot, addr, reach, &value), "%#lx", addr);
	cr_expect_eq(value, expected);
}

static void expect_none(uint64_t addr, size_t reach)
{
	uint64_t value;

	cr_expect_not(snapshot_word(&snapshot, addr, reach, &value), "%#lx", addr);
}

Test(snapshot, no_word_is_read_before_it_is_needed)
{
	begin(0x1000, 65536);
	cr_expect_eq(nr_reads, 0);
	expect_none(0x1000, 0);
	cr_expect_eq(nr_reads, 0);
}

Test(snapshot, one_read_serves_all_words_in_reach)
{
	begin(0x1000, 65536);
	for (uint64_t i = 0; i < 512; i++)
		expect_word(0x1000 + 8 * i, 4096, i + 1);
	cr_expect_eq(nr_reads, 1);
	cr_expect_eq(last_tid, 7);
	expect_word(0x2000, 4096, 513);
	cr_expect_eq(nr_reads, 2);
}

Test(snapshot, extended_window_needs_no_more_reads)
{
	begin(0x1000, 65536);
	snapshot_extend(&snapshot, 0x1000 + 8000);
	snapshot_extend(&snapshot, 0x1000 + 100);
	for (uint64_t i = 0; i < 1000; i++)
		expect_word(0x1000 + 8 * i, 0, i + 1);
	expect_none(0x1000 + 8000, 0);
	cr_expect_eq(nr_reads, 1);
}

Test(snapshot, words_and_stack_pointers_may_be_unaligned)
{
	uint64_t value;

	begin(0x1000, 64);
	snapshot_reset(&snapshot, 7, 0x1005);
	cr_assert(snapshot_word(&snapshot, 0x1000, 64, &value));
	cr_expect_eq(value, 1);
	cr_assert(snapshot_word(&snapshot, 0x1004, 64, &value));
	cr_expect_eq(value, 2ull << 32);
}

Test(snapshot, words_below_or_too_far_above_are_not_in_the_snapshot)
{
	begin(0x100000, 65536);
	memory_start = 0xf0000;
	memory_size = 1 << 20;
	expect_none(0x100000 - 8, 4096);
	expect_none(0x100000 - 1, 4096);
	expect_none(0x100000 + 4096, 4096);
	expect_none(0, 4096);
	expect_none(UINT64_MAX, 4096);
	expect_none(UINT64_MAX - 7, 4096);
}

Test(snapshot, end_of_the_stack_is_found_once)
{
	begin(0x1000, 1000);
	expect_word(0x1000, 4096, 1);
	expect_word(0x1000 + 992, 4096, 125);
	cr_expect_eq(nr_reads, 1);
	expect_none(0x1000 + 993, 4096);
	expect_none(0x1000 + 1000, 4096);
	snapshot_extend(&snapshot, 0x1000 + 5000);
	cr_expect_eq(nr_reads, 1, "the end was looked for again");
}

Test(snapshot, unreadable_stack_pointer_gives_no_word)
{
	begin(0x1000, 0);
	expect_none(0x1000, 4096);
	expect_none(0x1008, 4096);
	cr_expect_eq(nr_reads, 1);
}

Test(snapshot, size_is_limited)
{
	begin(0x10000000, 8 << 20);
	snapshot_extend(&snapshot, memory_start + (4 << 20));
	cr_expect_eq(snapshot.size, SNAPSHOT_MAX);
	expect_word(memory_start + SNAPSHOT_MAX - 8, 4096, SNAPSHOT_MAX / 8);
	expect_none(memory_start + SNAPSHOT_MAX - 7, 4096);
	expect_none(memory_start + SNAPSHOT_MAX, 4096);
}

Test(snapshot, reading_step_by_step_has_the_same_limit)
{
	begin(0x10000000, 8 << 20);
	for (uint64_t i = 0; i < SNAPSHOT_MAX / 8; i++)
		expect_word(memory_start + 8 * i, 4096, i + 1);
	expect_none(memory_start + SNAPSHOT_MAX, 4096);
	cr_expect_eq(nr_reads, SNAPSHOT_MAX / 4096);
}

Test(snapshot, new_stop_discards_the_words)
{
	begin(0x1000, 65536);
	expect_word(0x1000, 4096, 1);
	snapshot_reset(&snapshot, 8, 0x1008);
	expect_none(0x1000, 4096);
	expect_word(0x1008, 4096, 2);
	cr_expect_eq(last_tid, 8);
}

Test(snapshot, stacks_at_the_ends_of_the_address_space_work)
{
	begin(UINT64_MAX - 15, 16);
	expect_none(UINT64_MAX - 15, 4096);
	expect_none(UINT64_MAX - 3, 4096);
	begin(0, 65536);
	expect_word(0, 4096, 1);
	for (uint64_t i = 0; i < 16; i++)
		expect_none(UINT64_MAX - i, 4096);
}
