/* SPDX-License-Identifier: MIT */
/*
 * The C parts of the gate. gate_before() decides if the gate can make a call; gate_after() counts
 * or records it. They run inside the profiled program for every patched call: without libc, TLS or
 * vector registers, and they write only to the thread's area. The helper copies this code, so it
 * refers to no data and calls no function outside. Reading a word of the stack may fault if that
 * stack has been unmapped; then the helper makes the call stop instead.
 */
#include "scprof/handshake.h"
#include "scprof/thread_area.h"

#include <stdbool.h>
#include <stddef.h>

#define GATE_TEXT __attribute__((section("gate_text"), used, visibility("hidden")))

#define HISTOGRAM_SUB_BITS 3 /* as in profile/model/histogram.h; a unit test compares the two */
#define PROT_EXEC	   4
#define PAGE_BYTES	   4096ull
#define ARCH_SET_GS	   0x1001 /* <asm/prctl.h> */
#define ARCH_GET_GS	   0x1004
#define SIGSYS		   31 /* <signal.h> */
#define SIG_BLOCK	   0
#define SIG_UNBLOCK	   1
#define SYS_RT_SIGACTION   13
#define SIG_DFL		   0

_Static_assert(offsetof(struct thread_area, self) == AREA_SELF, "gate_entry.S");
_Static_assert(offsetof(struct thread_area, is_active) == AREA_IS_ACTIVE, "gate_entry.S");
_Static_assert(offsetof(struct thread_area, phase) == AREA_PHASE, "gate_entry.S");
_Static_assert(offsetof(struct thread_area, registers) == AREA_REGISTERS, "gate_entry.S");
_Static_assert(offsetof(struct thread_area, result) == AREA_RESULT, "gate_entry.S");
_Static_assert(offsetof(struct thread_area, size) == AREA_SIZE, "gate_entry.S");
_Static_assert(sizeof(struct thread_area) + 1024 < AREA_STACK_TOP, "the gate needs some stack");

uint32_t gate_before(struct thread_area *area);
void gate_after(struct thread_area *area);

/*
 * Memos, cells and entries are in the first half of the area. The program may overwrite an offset
 * by mistake. The mask ensures that the gate still writes to this thread's area and to no other
 * thread's.
 */
static inline void *at(struct thread_area *area, uint32_t offset)
{
	return (char *)area + (offset & (AREA_RECORDS(area->size) - sizeof(uint64_t)));
}

/*
 * The same for a record of @size bytes. Returns NULL if it would not be among the area's records.
 */
static inline struct area_record *record_at(struct thread_area *area, uint32_t offset,
					    uint64_t size)
{
	if (offset < AREA_RECORDS(area->size) || offset + size > area->size)
		return NULL;
	return (struct area_record *)(void *)((char *)area + offset);
}

static inline uint32_t offset_of(const struct thread_area *area, const void *place)
{
	return (uint32_t)((const char *)place - (const char *)area);
}

static inline uint64_t read_ticks(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static inline bool words_match(const struct area_memo *memo)
{
	for (uint32_t i = 0; i < memo->nr_words; i++)
		if (*(const volatile uint64_t *)memo->words[i].addr != memo->words[i].value)
			return false;
	return true;
}

static inline bool ranges_match(const struct area_memo *memo)
{
	const struct area_range *ranges = area_memo_ranges(memo);

	for (uint64_t i = 0; i < memo->nr_ranges; i++)
		if (*(const volatile uint64_t *)ranges[i].addr - ranges[i].start >= ranges[i].size)
			return false;
	return true;
}

static inline bool overlaps(const struct gate_range *ranges, uint64_t nr, uint64_t addr,
			    uint64_t size)
{
	for (uint64_t i = 0; i < nr; i++)
		/* If two ranges overlap, one begins in the other. addr + size may wrap around. */
		if (ranges[i].start - addr < size ||
		    addr - ranges[i].start < ranges[i].end - ranges[i].start)
			return true;
	return false;
}

/*
 * Returns true if the call is an mprotect inside gate_data.noted, and the helper has read all records. It then needs
 * nothing from there any more.
 */
static inline bool is_noted(const struct thread_area *area, const struct gate_data *data,
			    uint32_t flags, uint64_t addr, uint64_t size)
{
	uint64_t pages = (size + PAGE_BYTES - 1) & -PAGE_BYTES;

	if ((flags & (GATE_CALL_PROTECTS | GATE_CALL_ADDS)) != GATE_CALL_PROTECTS ||
	    addr < data->noted.start || addr >= data->noted.end || pages < size ||
	    pages > data->noted.end - addr)
		return false;
	return area->records_end == __atomic_load_n(&area->records_read, __ATOMIC_ACQUIRE);
}

/*
 * Returns true if a call with these arguments changes executable mappings in a way that the helper
 * must see. Notes the effect of a call that only adds code, which the helper need not see at once.
 */
static inline bool changes_code(struct thread_area *area, const struct gate_data *data,
				uint32_t flags)
{
	uint64_t addr = area->registers[AREA_RDI], size = area->registers[AREA_RSI];
	uint32_t nr_added = area->nr_added < AREA_MAX_ADDED ? area->nr_added : AREA_MAX_ADDED;

	if (area->permitted_ticks == area->start_ticks + 1 ||
	    is_noted(area, data, flags, addr, size))
		return false;
	if (flags & GATE_CALL_PROTECTS && area->registers[AREA_RDX] & PROT_EXEC) {
		if (!(flags & GATE_CALL_ADDS) || !data->may_add || nr_added == AREA_MAX_ADDED)
			return true;
		area->effect = AREA_ADDS_CODE;
	}
	return overlaps(data->code, data->nr_code, addr, size) ||
	       overlaps(area->added, nr_added, addr, size);
}

/* Returns the effect that this rt_sigprocmask call will have if it succeeds. */
static inline uint32_t mask_effect(const struct thread_area *area)
{
	const volatile uint64_t *set = (const volatile uint64_t *)area->registers[AREA_RSI];
	bool has_sigsys = set && *set >> (SIGSYS - 1) & 1;

	if (!set)
		return AREA_NO_EFFECT;
	switch ((uint32_t)area->registers[AREA_RDI]) {
	case SIG_BLOCK:
		return has_sigsys ? AREA_BLOCKS_SIGSYS : AREA_NO_EFFECT;
	case SIG_UNBLOCK:
		return has_sigsys ? AREA_UNBLOCKS_SIGSYS : AREA_NO_EFFECT;
	default:
		return has_sigsys ? AREA_BLOCKS_SIGSYS : AREA_UNBLOCKS_SIGSYS;
	}
}

/*
 * Returns true if the helper must see this rt_sigaction or rt_sigprocmask call. Notes the effect of
 * an rt_sigprocmask call. A child of posix_spawn sets the default action of SIGSYS. In most
 * programs that changes nothing, so the helper need not see the call.
 */
static inline bool changes_action(struct thread_area *area, const struct gate_data *data)
{
	/* The first word of the kernel's struct sigaction is the handler. */
	const volatile uint64_t *action = (const volatile uint64_t *)area->registers[AREA_RSI];

	if (area->registers[AREA_RAX] == SYS_RT_SIGACTION)
		return (uint32_t)area->registers[AREA_RDI] == SIGSYS && action &&
		       (data->handles_sigsys || *action != SIG_DFL);
	area->effect = mask_effect(area);
	return area->effect == AREA_BLOCKS_SIGSYS && data->handles_sigsys;
}

/*
 * Returns true if the helper must see this prlimit64 or arch_prctl call. When a program starts,
 * ld.so sets fs with arch_prctl, after it has mapped the libraries and before it runs any of their
 * code.
 */
static inline bool is_seen(struct thread_area *area, const struct gate_data *data, uint32_t flags)
{
	uint32_t what = (uint32_t)area->registers[AREA_RDI]; /* arch_prctl(2) takes an int */

	if ((flags & GATE_CALL_SIGNALS) == GATE_CALL_SIGNALS)
		return changes_action(area, data);
	if (flags & GATE_CALL_LIMITS)
		return area->registers[AREA_RDX];
	return data->may_add || what == ARCH_SET_GS || what == ARCH_GET_GS;
}

/* Returns the memo of this call's stack and sets area->memo, or returns NULL. */
static inline const struct area_memo *find_memo(struct thread_area *area)
{
	uint64_t return_addr = area->registers[AREA_RETURN], sp = area->registers[AREA_RSP];
	uint32_t offset = area->buckets[area_bucket(return_addr, sp)];
	const struct area_memo *memo;

	for (; offset; offset = memo->next) {
		memo = at(area, offset);
		if (memo->return_addr == return_addr && memo->sp == sp && words_match(memo) &&
		    ranges_match(memo)) {
			area->memo = offset;
			return memo;
		}
	}
	return NULL;
}

/* Returns false if there is no cell for the call, or no room for a new entry. */
static inline bool find_cell(struct thread_area *area)
{
	const struct area_memo *memo = find_memo(area);
	const struct area_cell *cell;
	uint32_t offset;

	if (!memo)
		return false;
	/* The call may need a new entry later. That must not fail after the call has been made. */
	if (area->used + sizeof(struct area_entry) > area->memos_start) {
		area->is_full = 1;
		return false;
	}
	for (offset = memo->cells; offset; offset = cell->next) {
		cell = at(area, offset);
		if (cell->nr == (uint32_t)area->registers[AREA_RAX])
			break;
	}
	area->cell = offset;
	area->entry = 0;
	return offset;
}

static inline void copy_words(uint64_t *to, const uint64_t *from, uint64_t nr)
{
	/*
	 * Without volatile, the compiler would call memcpy. `rep movsq` is no alternative: the
	 * program determines the direction flag.
	 */
	for (uint64_t i = 0; i < nr; i++)
		to[i] = ((const volatile uint64_t *)from)[i];
}

/*
 * Returns room for a record of @size bytes, after the last record or at the start of the next
 * round. Returns NULL if there is none.
 */
static inline struct area_record *find_room(struct thread_area *area, uint64_t size)
{
	uint64_t end = area->records_end;
	uint64_t read = __atomic_load_n(&area->records_read, __ATOMIC_ACQUIRE);
	uint32_t round = area_mark_round(end), offset = area_mark_offset(end);
	uint32_t start = AREA_RECORDS(area->size);

	if (area_mark_round(read) != round)
		return offset + size <= area_mark_offset(read) ? record_at(area, offset, size)
							       : NULL;
	if (offset + size <= area->records_limit)
		return record_at(area, offset, size);
	if (start + size > area_mark_offset(read))
		return NULL;
	area->round_end = offset;
	__atomic_store_n(&area->records_end, area_mark(round + 1, start), __ATOMIC_RELEASE);
	return record_at(area, start, size);
}

/* Returns how many of the @nr words before @stack_end equal those before @image_end. */
static inline uint64_t count_common(const uint64_t *stack_end, const uint64_t *image_end,
				    uint64_t nr)
{
	uint64_t i = 0;

	while (i < nr && stack_end[-1 - (int64_t)i] == image_end[-1 - (int64_t)i])
		i++;
	return i;
}

/* Writes registers and stack to the next record. Returns false if that is impossible. */
static inline bool begin_record(struct thread_area *area)
{
	/* The helper may set it to 0 at any time. */
	uint64_t stack_end = __atomic_load_n(&area->stack_end, __ATOMIC_RELAXED);
	uint64_t sp = area->registers[AREA_RSP] & ~7ull;
	uint64_t stack_size = stack_end - sp;
	uint64_t *image_end = (uint64_t *)(void *)((char *)area + AREA_RECORDS(area->size));
	uint64_t image_size = __atomic_load_n(&area->image_size, __ATOMIC_RELAXED);
	uint64_t nr_words = stack_size / sizeof(uint64_t), nr_common;
	struct area_record *record;

	if (sp < area->stack_start || stack_end <= sp || stack_size > AREA_MAX_STACK(area->size))
		return false;
	nr_common = count_common((const uint64_t *)stack_end, image_end,
				 (stack_size < image_size ? stack_size : image_size) /
					 sizeof(uint64_t));
	record = find_room(area, sizeof(*record) + (nr_words - nr_common) * sizeof(uint64_t));
	if (!record)
		return false;
	record->size = sizeof(*record) + (nr_words - nr_common) * sizeof(uint64_t);
	record->stack_size = stack_size;
	copy_words(record->registers, area->registers, AREA_NR_REGISTERS);
	copy_words(record->stack, (const uint64_t *)sp, nr_words - nr_common);
	copy_words(image_end - nr_words, record->stack, nr_words - nr_common);
	area->image_size = (uint32_t)stack_size;
	area->memo = 0;
	return true;
}

/* Returns 1 and starts the clock if the gate can make the call. Otherwise returns 0. */
GATE_TEXT uint32_t gate_before(struct thread_area *area)
{
	const struct gate_data *data = (const struct gate_data *)area->data_addr;
	uint64_t nr = area->registers[AREA_RAX];
	uint32_t flags = nr < GATE_NR_CALLS ? data->calls[nr] : 0;

	/* Without the end of the stack, each call of the thread must stop. */
	if (flags == GATE_CALL_ENDS && area->stack_end)
		return 1;
	if (!(flags & GATE_CALL_IN_PLACE) ||
	    (flags & GATE_CALL_MAPS && changes_code(area, data, flags)) ||
	    (flags & (GATE_CALL_SETS_GS | GATE_CALL_LIMITS) && is_seen(area, data, flags)) ||
	    (flags & GATE_CALL_IS_OWN && area->registers[AREA_RDI] == SCPROF_MAGIC) ||
	    (!find_cell(area) && !begin_record(area))) {
		area->misses++;
		area->effect = AREA_NO_EFFECT;
		return 0;
	}
	area->start_ticks = read_ticks();
	return 1;
}

static inline uint32_t bucket_of(uint64_t ns)
{
	uint32_t exponent;

	if (ns < 1u << (HISTOGRAM_SUB_BITS + 1))
		return (uint32_t)ns;
	exponent = 63 - (uint32_t)__builtin_clzll(ns);
	return ((exponent - HISTOGRAM_SUB_BITS) << HISTOGRAM_SUB_BITS) +
	       (uint32_t)(ns >> (exponent - HISTOGRAM_SUB_BITS));
}

static inline bool is_entry_of(const struct area_entry *entry, uint16_t error, uint16_t bucket)
{
	return entry->error == error && entry->bucket == bucket;
}

/* Returns the entry of @error and @bucket in the list of @cell; adds it if there is none. */
static inline struct area_entry *find_listed(struct thread_area *area, struct area_cell *cell,
					     uint16_t error, uint16_t bucket)
{
	uint32_t *link = &cell->entries;
	struct area_entry *entry;

	for (; *link; link = &entry->next) {
		entry = at(area, *link);
		if (is_entry_of(entry, error, bucket))
			return entry;
	}
	entry = at(area, area->used);
	/*
	 * The helper can interrupt the thread between any two stores. Room that a list refers to
	 * must be taken.
	 */
	area->used += sizeof(*entry);
	/* Room in an area may be reused, so it is not zero. */
	entry->next = 0;
	entry->error = error;
	entry->bucket = bucket;
	entry->counts = (struct area_counts){ 0 };
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	*link = offset_of(area, entry);
	return entry;
}

/* Returns the entry of @error and @bucket in @cell. */
static inline struct area_entry *find_entry(struct thread_area *area, struct area_cell *cell,
					    uint16_t error, uint16_t bucket)
{
	uint32_t *recent = &cell->recent[bucket % AREA_NR_RECENT];
	struct area_entry *entry = at(area, *recent);

	if (*recent && is_entry_of(entry, error, bucket))
		return entry;
	entry = find_listed(area, cell, error, bucket);
	*recent = offset_of(area, entry);
	return entry;
}

static inline void count(struct thread_area *area, uint64_t ticks)
{
	uint64_t result = area->result;
	uint64_t ns = (uint64_t)((unsigned __int128)ticks * area->tsc_mult >> 32);
	uint16_t error = result > (uint64_t)-4096 ? (uint16_t)-result : 0;
	struct area_cell *cell = at(area, area->cell);
	struct area_entry *entry = find_entry(area, cell, error, (uint16_t)bucket_of(ns));

	/* The helper relies on the order of these stores: see struct area_entry. */
	area->before = entry->counts;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	__atomic_store_n(&area->entry, offset_of(area, entry), __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	entry->counts.calls++;
	entry->counts.ticks += ticks;
	if (cell->flags & GATE_CALL_MOVES_BYTES && (int64_t)result > 0)
		entry->counts.bytes += result;
}

static inline void end_record(struct thread_area *area, uint64_t ticks)
{
	uint64_t end = area->records_end;
	struct area_record *record = record_at(area, area_mark_offset(end), sizeof(*record));

	if (!record)
		return;
	record->start_ticks = area->start_ticks;
	record->ticks = ticks;
	record->result = area->result;
	/* After this store the helper may read the record. */
	__atomic_store_n(&area->records_end, end + record->size, __ATOMIC_RELEASE);
}

GATE_TEXT void gate_after(struct thread_area *area)
{
	uint64_t ticks = read_ticks() - area->start_ticks;

	/* The TSC of this CPU may lag behind that of the CPU where the call began. */
	if ((int64_t)ticks < 0)
		ticks = 0;
	if (area->effect)
		area_note_effect(area, area->result);
	if (area->memo)
		count(area, ticks);
	else
		end_record(area, ticks);
}
