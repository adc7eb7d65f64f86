/* SPDX-License-Identifier: MIT */
/*
 * Which contents of a thread area the helper accepts. tests/fuzz/fuzz_area.c tries others.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "helper/space/area_reader.h"

#define MEMO	    (AREA_IMAGE(THREAD_AREA_SIZE) - 64)
#define CELL	    (MEMO - 32)
#define ENTRY	    AREA_FIRST_FREE
#define FIRST_TICKS (1ull << 40)
#define GIB	    (1ull << 30)

static struct thread_area *area;
static uint8_t calls[GATE_NR_CALLS];
static struct area_limits limits;

static void *at(uint32_t offset)
{
	return (char *)area + offset;
}

/* An area with the counters of one call, and one record. */
static void init(void)
{
	area = mmap(NULL, THREAD_AREA_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
	cr_assert_neq(area, MAP_FAILED);
	calls[SYS_read] = calls[SYS_copy_file_range] = calls[SYS_splice] = GATE_CALL_MOVES_BYTES;
	limits = (struct area_limits){
		.area_size = THREAD_AREA_SIZE,
		.nr_stacks = 1,
		.calls = calls,
		.age_ns = 1000000000,
		.first_ticks = FIRST_TICKS,
		.most_bytes = INT64_MAX,
	};
	area->used = ENTRY + sizeof(struct area_entry);
	area->memos_start = CELL;
	area->all_memos = MEMO;
	*(struct area_memo *)at(MEMO) = (struct area_memo){ .cells = CELL };
	*(struct area_cell *)at(CELL) = (struct area_cell){ .entries = ENTRY };
}

static void fini(void)
{
	munmap(area, THREAD_AREA_SIZE);
}

TestSuite(area_reader, .init = init, .fini = fini);

/* Returns the reader's result for one counted call @nr that moved @bytes. */
static int read_counts(uint32_t nr, uint64_t bytes)
{
	static struct area_count_list list;

	((struct area_cell *)at(CELL))->nr = nr;
	*(struct area_entry *)at(ENTRY) =
		(struct area_entry){ .counts = { .calls = 1, .ticks = 100, .bytes = bytes } };
	return area_read_counts(area, &limits, &list);
}

/*
 * Returns the reader's result for a record of call @nr that began at @start_ticks and returned
 * @result.
 */
static int read_record(uint32_t nr, uint64_t start_ticks, uint64_t result)
{
	static uint8_t image[AREA_MAX_STACK(THREAD_AREA_SIZE)];
	struct area_record record = {
		.size = sizeof(record),
		.start_ticks = start_ticks,
		.ticks = 100,
		.result = result,
		.registers = { nr },
	};

	memcpy(at(AREA_RECORDS(THREAD_AREA_SIZE)), &record, sizeof(record));
	return area_read_record(area, AREA_RECORDS(THREAD_AREA_SIZE),
				AREA_RECORDS(THREAD_AREA_SIZE) + sizeof(record), true, &limits,
				&record, image);
}

/*
 * The thread may add an entry while the helper copies the area. The reader takes it for an empty
 * one, which counts no call.
 */
Test(area_reader, remains_of_an_earlier_copy_between_entries_and_memos_are_ignored)
{
	static struct area_count_list list;
	const uint32_t second = ENTRY + 100 * sizeof(struct area_entry);

	((struct area_cell *)at(CELL))->nr = SYS_getppid;
	*(struct area_entry *)at(ENTRY) =
		(struct area_entry){ .next = second, .counts = { .calls = 1, .ticks = 100 } };
	*(struct area_entry *)at(second) =
		(struct area_entry){ .counts = { .calls = 7, .ticks = 100 } };
	area->used = second + sizeof(struct area_entry);
	cr_expect_eq(area_read_counts(area, &limits, &list), 0);
	cr_expect_eq(list.nr, 2);
	area->used = second;
	cr_expect_eq(area_read_counts(area, &limits, &list), 0);
	cr_expect_eq(list.nr, 1, "%u", list.nr);
	area->memos_start = ENTRY;
	area->used = ENTRY;
	cr_expect_eq(area_read_counts(area, &limits, &list), 0);
	cr_expect_eq(list.nr, 2);
	area->used = second;
	area->memos_start = CELL;
	cr_expect_eq(area_read_counts(area, &limits, &list), 0);
	cr_expect_eq(list.nr, 1, "%u", list.nr);
}

Test(area_reader, copy_file_range_may_move_more_than_two_gib)
{
	cr_expect_eq(read_counts(SYS_copy_file_range, 5 * GIB), 0);
	cr_expect_eq(read_counts(SYS_splice, 5 * GIB), 0);
	cr_expect_eq(read_record(SYS_copy_file_range, FIRST_TICKS, 5 * GIB), 0);
	cr_expect_eq(read_record(SYS_splice, FIRST_TICKS, 5 * GIB), 0);
}

Test(area_reader, other_calls_may_not_move_so_many_bytes)
{
	cr_expect_eq(read_counts(SYS_read, GIB), 0);
	cr_expect_eq(read_counts(SYS_read, 5 * GIB), -EBADMSG);
	cr_expect_eq(read_counts(SYS_getppid, 1), -EBADMSG);
	cr_expect_eq(read_record(SYS_read, FIRST_TICKS, GIB), 0);
	cr_expect_eq(read_record(SYS_read, FIRST_TICKS, 5 * GIB), -EBADMSG);
	cr_expect_eq(read_record(SYS_getppid, FIRST_TICKS, 5 * GIB), 0);
}

Test(area_reader, the_tsc_may_restart_at_0_while_the_machine_sleeps)
{
	cr_expect_eq(read_record(SYS_getppid, 1000, 0), -EBADMSG);
	limits.has_slept = true;
	cr_expect_eq(read_record(SYS_getppid, 1000, 0), 0);
}

Test(area_reader, no_offset_leads_out_of_a_small_area)
{
	cr_assert_eq(read_counts(SYS_read, 1), 0);
	cr_assert_eq(read_record(SYS_read, FIRST_TICKS, 1), 0);
	limits.area_size = SMALL_AREA_SIZE;
	cr_expect_eq(read_counts(SYS_read, 1), -EBADMSG);
	cr_expect_eq(read_record(SYS_read, FIRST_TICKS, 1), -EBADMSG);
	/*
	 * A list may not leave the area either, even if the helper's copy still has what it copied
	 * from the large area.
	 */
	area->memos_start = AREA_IMAGE(SMALL_AREA_SIZE);
	cr_expect_eq(read_counts(SYS_read, 1), -EBADMSG);
	limits.area_size = THREAD_AREA_SIZE;
	area->memos_start = CELL;
	cr_expect_eq(read_counts(SYS_read, 1), 0);
}
