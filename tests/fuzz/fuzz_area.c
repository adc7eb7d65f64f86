/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer harness for thread areas that the program has overwritten: the input is a list of
 * writes into an area that was valid before. What the helper's reader accepts must be within its
 * limits, and the reader must not read outside of the area.
 */
#include <stdlib.h>
#include <string.h>

#include "helper/space/area_reader.h"
#include "profile/model/histogram.h"

#define MEMO	  (AREA_IMAGE(THREAD_AREA_SIZE) - 64)
#define CELL	  (MEMO - 32)
#define ENTRY	  AREA_FIRST_FREE
#define NR_STACKS 4
#define NR	  39
#define RECORD	  (sizeof(struct area_record) + 16)

struct write {
	uint32_t offset;
	uint32_t value;
};

static struct thread_area *area;
static uint8_t calls[GATE_NR_CALLS];

static const struct area_limits limits = {
	.area_size = THREAD_AREA_SIZE,
	.nr_stacks = NR_STACKS,
	.calls = calls,
	.age_ns = 1000000000,
	.first_ticks = 1ull << 40,
	.most_bytes = 1ull << 40,
};

static void *at(uint32_t offset)
{
	return (char *)area + offset;
}

static void add_record(uint32_t offset)
{
	*(struct area_record *)at(offset) = (struct area_record){
		.size = RECORD,
		.start_ticks = limits.first_ticks,
		.stack_size = 32,
		.registers = { NR },
	};
}

static void make_area(void)
{
	memset(area, 0, THREAD_AREA_SIZE);
	area->used = ENTRY + sizeof(struct area_entry);
	area->memos_start = CELL;
	area->all_memos = MEMO;
	area->memo = MEMO;
	area->registers[0] = NR;
	area->start_ticks = limits.first_ticks;
	area->records_end = area_mark(1, AREA_RECORDS(THREAD_AREA_SIZE) + RECORD);
	area->round_end = AREA_RECORDS(THREAD_AREA_SIZE) + 3 * RECORD;
	*(struct area_memo *)at(MEMO) = (struct area_memo){ .stack = 1, .cells = CELL };
	*(struct area_cell *)at(CELL) = (struct area_cell){ .nr = NR, .entries = ENTRY };
	*(struct area_entry *)at(ENTRY) = (struct area_entry){ .counts = { 1, 100, 5 } };
	for (uint32_t i = 0; i < 3; i++)
		add_record(AREA_RECORDS(THREAD_AREA_SIZE) + i * RECORD);
}

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void read_counts(void)
{
	static struct area_count_list list;
	uint64_t bytes = 0;

	if (area_read_counts(area, &limits, &list) < 0) {
		require(list.nr == 0);
		return;
	}
	for (unsigned int i = 0; i < list.nr; i++) {
		const struct area_count *count = &list.counts[i];

		require(count->stack < NR_STACKS && count->nr < GATE_NR_CALLS);
		require(count->error < 4096 && count->bucket < HISTOGRAM_NR_BUCKETS);
		require(count->counts.calls > 0 && count->counts.calls < 1ull << 32);
		bytes += count->counts.bytes;
	}
	require(bytes <= limits.most_bytes);
	area_clear_counts(area, &list);
}

static void read_records(uint32_t offset, uint32_t end)
{
	static uint8_t image[AREA_MAX_STACK(THREAD_AREA_SIZE)];
	struct area_record record;

	while (offset < end &&
	       area_read_record(area, offset, end, true, &limits, &record, image) == 0) {
		require(record.size >= sizeof(record) && record.stack_size <= sizeof(image));
		require(record.registers[0] < GATE_NR_CALLS);
		offset += (uint32_t)record.size;
	}
	area_read_record(area, offset, THREAD_AREA_SIZE, false, &limits, &record, image);
}

static void read_ring(void)
{
	struct area_span span;

	if (area_read_span(area, THREAD_AREA_SIZE,
			   area_mark(0, AREA_RECORDS(THREAD_AREA_SIZE) + RECORD), &span) < 0)
		return;
	read_records(span.start, span.round_end ? span.round_end : span.end);
	if (span.round_end)
		read_records(AREA_RECORDS(THREAD_AREA_SIZE), span.end);
}

static void read_call(void)
{
	struct area_call call;
	bool is_truncated;
	uint32_t stack;

	if (area_read_call(area, &limits, &call) < 0)
		return;
	require(call.phase <= AREA_COUNTED && call.registers[0] < GATE_NR_CALLS);
	if (area_read_memo(area, call.memo, &limits, &stack, &is_truncated) == 0)
		require(stack < NR_STACKS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct write write;

	if (!area) {
		/* From malloc, so that the sanitizer reports a read beyond the end. */
		area = aligned_alloc(4096, THREAD_AREA_SIZE);
		require(area);
		calls[NR] = GATE_CALL_MOVES_BYTES;
	}
	make_area();
	for (; size >= sizeof(write); data += sizeof(write), size -= sizeof(write)) {
		memcpy(&write, data, sizeof(write));
		memcpy(at(write.offset % THREAD_AREA_SIZE & ~3u), &write.value, 4);
	}
	read_counts();
	read_ring();
	read_call();
	return 0;
}
