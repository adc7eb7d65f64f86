/* SPDX-License-Identifier: MIT */
/*
 * Copies the data first, and then checks the copy. The checks use facts that always hold. For
 * example, a thread makes one call at a time. So all its calls together cannot take longer than the
 * thread has owned the area.
 */
#include "helper/space/area_reader.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#include "profile/model/histogram.h"
#include "profile/util/xalloc.h"

#define MAX_ERRNO 4095
#define MAX_BYTES 0x7fffffffu  /* moved by one call; see most_bytes_of for exceptions */
#define MIN_TICKS 16u	       /* a lower limit for one call, which takes some hundred */
#define MAX_GHZ	  16u	       /* of a TSC */
#define SLACK	  (1ull << 32) /* ticks by which the clocks of two CPUs may differ */

/*
 * A copy of the used parts of an area before its stack image. Allocated on first use. The part
 * between the entries and the memos is zero, and most of its pages are never used.
 */
static uint64_t *copy;
static uint32_t copied_used, copied_start; /* the ends of that part */
static uint32_t copied_size;		   /* of that area; 0: nothing is copied yet */

bool area_has_place(uint32_t area_size, uint32_t offset, size_t size)
{
	return offset >= AREA_FIRST_FREE && offset % sizeof(uint64_t) == 0 &&
	       offset <= AREA_IMAGE(area_size) - size;
}

void *area_place(struct thread_area *area, uint32_t area_size, uint32_t offset, size_t size)
{
	return area_has_place(area_size, offset, size) ? (char *)area + offset : NULL;
}

bool area_is_intact(const struct thread_area *area, uint64_t self, uint32_t size, bool is_paused,
		    uint64_t tsc_mult)
{
	return AREA_LOAD(area->self) == self && AREA_LOAD(area->size) == size &&
	       AREA_LOAD(area->is_active) == (is_paused ? 0 : area_active_word(self, size)) &&
	       AREA_LOAD(area->tsc_mult) == tsc_mult &&
	       AREA_LOAD(area->data_addr) == GATE_DATA_ADDR;
}

/*
 * The compiler must not read the area again after the copy: the helper checks and uses the same
 * bytes.
 */
static void copy_shared(void *to, const void *from, size_t size)
{
	memcpy(to, from, size);
	__asm__ volatile("" : : : "memory");
}

/* Returns the @size bytes at @offset of the copy, or NULL if they cannot be there. */
static const void *copied_at(uint32_t offset, size_t size)
{
	return area_has_place(copied_size, offset, size) ? (const char *)copy + offset : NULL;
}

/*
 * The most bytes that one call @nr can move. The kernel cuts sizes to less than 2 GiB, but leaves
 * these calls to the file system: FUSE, NFS and SMB copy more at a time.
 */
static uint64_t most_bytes_of(uint32_t nr, uint8_t flags)
{
	if (!(flags & GATE_CALL_MOVES_BYTES))
		return 0;
	return nr == SYS_copy_file_range || nr == SYS_splice ? INT64_MAX : MAX_BYTES;
}

/*
 * Clears the part from @start to @end. Only the bytes that the last copy has left there are not
 * zero.
 */
static void clear(uint32_t start, uint32_t end)
{
	uint32_t entries_end = copied_used < end ? copied_used : end;
	uint32_t memos_start = copied_start > start ? copied_start : start;

	if (entries_end > start)
		memset((char *)copy + start, 0, entries_end - start);
	if (memos_start < end)
		memset((char *)copy + memos_start, 0, end - memos_start);
	copied_used = start;
	copied_start = end;
}

/* Prepares the copy for areas of @size bytes: without entries and memos, all of it is zero. */
static void resize_copy(uint32_t size)
{
	if (!copy)
		copy = xcalloc(1, AREA_IMAGE(THREAD_AREA_SIZE));
	if (copied_size) {
		memset((char *)copy + AREA_FIRST_FREE, 0, copied_used - AREA_FIRST_FREE);
		memset((char *)copy + copied_start, 0, AREA_IMAGE(copied_size) - copied_start);
	}
	copied_used = AREA_FIRST_FREE;
	copied_start = AREA_IMAGE(size);
	copied_size = size;
}

/*
 * Copies the entries at the start, and the memos and cells at the end. The part between them is
 * unused.
 */
static bool copy_lists(const struct thread_area *area, uint32_t size)
{
	uint32_t used = AREA_LOAD(area->used), start = AREA_LOAD(area->memos_start);

	if (used < AREA_FIRST_FREE || used > start || start > AREA_IMAGE(size))
		return false;
	if (copied_size != size)
		resize_copy(size);
	copy_shared((char *)copy + AREA_FIRST_FREE, (const char *)area + AREA_FIRST_FREE,
		    used - AREA_FIRST_FREE);
	clear(used, start);
	copy_shared((char *)copy + start, (const char *)area + start, AREA_IMAGE(size) - start);
	return true;
}

static void add(struct area_count_list *list, const struct area_count *count)
{
	if (list->nr == list->capacity) {
		list->capacity = list->capacity ? 2 * list->capacity : 64;
		list->counts = xreallocarray(list->counts, list->capacity, sizeof(*list->counts));
	}
	list->counts[list->nr++] = *count;
}

/* A walk through the copied lists. */
struct walk {
	struct area_count_list *list;
	const uint8_t *calls;
	uint64_t call_bytes;	/* most bytes that one call of this cell can move */
	uint64_t nr_ticks;	/* ticks left for further calls */
	uint64_t nr_bytes;	/* bytes left for further calls */
	uint64_t nr_calls;	/* calls left: the most that can fit into the age of the area */
	unsigned int nr_places; /* list elements left; a longer list must be a ring */
};

static bool can_be(const struct area_entry *entry, const struct walk *walk)
{
	const struct area_counts *counts = &entry->counts;

	return entry->error <= MAX_ERRNO && entry->bucket < HISTOGRAM_NR_BUCKETS &&
	       counts->ticks <= walk->nr_ticks && counts->calls <= walk->nr_calls &&
	       (!counts->bytes || (walk->call_bytes && counts->bytes <= walk->nr_bytes &&
				   counts->bytes / walk->call_bytes <= counts->calls));
}

static bool walk_entries(struct walk *walk, uint32_t offset, struct area_count count)
{
	const struct area_entry *entry;

	for (; offset; offset = entry->next) {
		entry = copied_at(offset, sizeof(*entry));
		if (!entry || !--walk->nr_places || !can_be(entry, walk))
			return false;
		if (!entry->counts.calls)
			continue;
		walk->nr_ticks -= entry->counts.ticks;
		walk->nr_bytes -= entry->counts.bytes;
		walk->nr_calls -= entry->counts.calls;
		count.error = entry->error;
		count.bucket = entry->bucket;
		count.counts = entry->counts;
		count.offset = offset;
		add(walk->list, &count);
	}
	return true;
}

static bool walk_cells(struct walk *walk, const struct area_memo *memo)
{
	const struct area_count count = { .stack = memo->stack,
					  .is_truncated = memo->is_truncated };
	const struct area_cell *cell;

	for (uint32_t offset = memo->cells; offset; offset = cell->next) {
		struct area_count of_cell = count;

		cell = copied_at(offset, sizeof(*cell));
		if (!cell || !--walk->nr_places || cell->nr >= GATE_NR_CALLS)
			return false;
		of_cell.nr = cell->nr;
		walk->call_bytes = most_bytes_of(cell->nr, walk->calls[cell->nr]);
		if (!walk_entries(walk, cell->entries, of_cell))
			return false;
	}
	return true;
}

static uint64_t most_ticks(const struct area_limits *limits)
{
	return limits->age_ns * MAX_GHZ + SLACK;
}

int area_read_counts(const struct thread_area *area, const struct area_limits *limits,
		     struct area_count_list *list)
{
	struct walk walk = {
		.list = list,
		.calls = limits->calls,
		.nr_bytes = limits->most_bytes,
		.nr_ticks = most_ticks(limits),
		.nr_calls = most_ticks(limits) / MIN_TICKS,
		.nr_places = AREA_IMAGE(limits->area_size) / sizeof(struct area_cell),
	};
	uint32_t offset = AREA_LOAD(area->all_memos);
	const struct area_memo *memo;

	list->nr = 0;
	if (!copy_lists(area, limits->area_size))
		return -EBADMSG;
	for (; offset; offset = memo->next_of_all) {
		memo = copied_at(offset, sizeof(*memo));
		if (!memo || !--walk.nr_places || memo->stack >= limits->nr_stacks ||
		    !walk_cells(&walk, memo)) {
			list->nr = 0;
			return -EBADMSG;
		}
	}
	return 0;
}

void area_clear_counts(struct thread_area *area, const struct area_count_list *list)
{
	for (unsigned int i = 0; i < list->nr; i++) {
		char *entry = (char *)area + list->counts[i].offset;

		memset(entry + offsetof(struct area_entry, counts), 0, sizeof(struct area_counts));
	}
}

static bool is_place_of_record(uint32_t area_size, uint32_t offset)
{
	return offset >= AREA_RECORDS(area_size) && offset <= area_size &&
	       offset % sizeof(uint64_t) == 0;
}

int area_read_span(const struct thread_area *area, uint32_t size, uint64_t taken,
		   struct area_span *span)
{
	uint64_t mark = __atomic_load_n(&area->records_end, __ATOMIC_ACQUIRE);
	uint32_t round = area_mark_round(mark), end = area_mark_offset(mark);
	uint32_t taken_round = area_mark_round(taken), at = area_mark_offset(taken);
	uint32_t round_end = AREA_LOAD(area->round_end);

	*span = (struct area_span){ .mark = mark, .start = at, .end = end };
	if (!is_place_of_record(size, end))
		return -EBADMSG;
	if (round == taken_round)
		return end >= at ? 0 : -EBADMSG;
	/*
	 * The thread is at most one round ahead. Then its records end before the place the helper
	 * has reached.
	 */
	if (round != taken_round + 1 || end > at || !is_place_of_record(size, round_end) ||
	    round_end < at)
		return -EBADMSG;
	span->round_end = round_end;
	return 0;
}

static bool is_time(uint64_t start_ticks, const struct area_limits *limits)
{
	return !limits->first_ticks || limits->has_slept ||
	       start_ticks - (limits->first_ticks - SLACK) <= most_ticks(limits) + SLACK;
}

static bool has_possible_sizes(const struct area_record *record, uint32_t room, uint32_t area_size)
{
	return record->size >= sizeof(*record) && record->size <= room &&
	       record->size % sizeof(uint64_t) == 0 &&
	       record->stack_size <= AREA_MAX_STACK(area_size) &&
	       record->stack_size % sizeof(uint64_t) == 0 &&
	       record->size - sizeof(*record) <= record->stack_size;
}

static bool is_result(uint64_t result, uint32_t nr, const struct area_limits *limits)
{
	uint64_t most_bytes = most_bytes_of(nr, limits->calls[nr]);

	return !most_bytes || (int64_t)result <= 0 ||
	       (result <= most_bytes && result <= limits->most_bytes);
}

int area_read_record(const struct thread_area *area, uint32_t offset, uint32_t end, bool is_whole,
		     const struct area_limits *limits, struct area_record *record, uint8_t *image)
{
	const char *from = (const char *)area + offset;

	if (!is_place_of_record(limits->area_size, offset) || end > limits->area_size ||
	    offset > end || end - offset < sizeof(*record))
		return -EBADMSG;
	copy_shared(record, from, sizeof(*record));
	if (!has_possible_sizes(record, end - offset, limits->area_size) ||
	    record->registers[AREA_RAX] >= GATE_NR_CALLS)
		return -EBADMSG;
	if (is_whole &&
	    (!is_time(record->start_ticks, limits) || record->ticks > most_ticks(limits) ||
	     !is_result(record->result, (uint32_t)record->registers[AREA_RAX], limits)))
		return -EBADMSG;
	copy_shared(image + AREA_MAX_STACK(limits->area_size) - record->stack_size,
		    from + sizeof(*record), record->size - sizeof(*record));
	return 0;
}

int area_read_call(const struct thread_area *area, const struct area_limits *limits,
		   struct area_call *call)
{
	call->phase = AREA_LOAD(area->phase);
	for (unsigned int i = 0; i < AREA_NR_REGISTERS; i++)
		call->registers[i] = AREA_LOAD(area->registers[i]);
	call->result = AREA_LOAD(area->result);
	call->start_ticks = AREA_LOAD(area->start_ticks);
	call->memo = AREA_LOAD(area->memo);
	return call->phase <= AREA_COUNTED && call->registers[AREA_RAX] < GATE_NR_CALLS &&
			       is_time(call->start_ticks, limits)
		       ? 0
		       : -EBADMSG;
}

int area_read_memo(const struct thread_area *area, uint32_t offset,
		   const struct area_limits *limits, uint32_t *stack, bool *is_truncated)
{
	const struct area_memo *memo = (const void *)((const char *)area + offset);

	if (!area_has_place(limits->area_size, offset, sizeof(*memo)))
		return -EBADMSG;
	*stack = AREA_LOAD(memo->stack);
	*is_truncated = AREA_LOAD(memo->is_truncated);
	return *stack < limits->nr_stacks ? 0 : -EBADMSG;
}
