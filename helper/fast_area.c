/* SPDX-License-Identifier: MIT */
/*
 * Thread areas. scprof/thread_area.h says who writes what; everything here is done while the
 * thread is stopped or gone, but for fast_forget, which only takes the memos out of sight.
 */
#include "helper/fast_area.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <time.h>

#include "helper/area_reader.h"
#include "helper/call.h"
#include "helper/debug.h"
#include "helper/fast_clock.h"
#include "helper/fast_memory.h"
#include "helper/fast_record.h"
#include "helper/tracer.h"
#include "profile/util/xalloc.h"
#include "scprof/gate.h"
#include "scprof/thread_area.h"

#define MAX_VARIANTS   64 /* memos in one bucket; older ones are learned anew when they are needed */
#define MAX_WORDS      8192
#define LEAST_SLEEP_NS 1000000 /* of a machine; the two clocks are not read at the same moment */
#define REGISTER_R11   11

static unsigned int nr_in_use;

static void *at(struct thread_area *area, uint32_t offset)
{
	return (char *)area + offset;
}

/* Returns the @size bytes at @offset, or NULL when no memo, cell or entry can be there. */
static void *checked_at(struct thread_area *area, uint32_t offset, size_t size)
{
	return area_has_place(offset, size) ? at(area, offset) : NULL;
}

static struct area_memo *memo_at(struct thread_area *area, uint32_t offset)
{
	return checked_at(area, offset, sizeof(struct area_memo));
}

/* The TSC may go on while the machine sleeps. */
static uint64_t boot_time_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* How long the machine has slept since it started: CLOCK_MONOTONIC stands still meanwhile. */
static int64_t asleep_ns(uint64_t boot_ns)
{
	return (int64_t)(boot_ns - tracer_now_ns());
}

struct area_limits fast_area_limits(const struct tracer *tracer, const struct tracee *tracee)
{
	const uint64_t boot_ns = boot_time_ns();

	return (struct area_limits){
		.nr_stacks = tracer->profile.stacks.nr,
		.calls = fast_memory_calls(),
		.age_ns = boot_ns - tracee->area_ns,
		.first_ticks = fast_clock_is_exact() ? tracee->area_ticks : 0,
		.has_slept = asleep_ns(boot_ns) - tracee->area_asleep_ns > LEAST_SLEEP_NS,
		.most_bytes =
			INT64_MAX - (tracer->nr_bytes < INT64_MAX ? tracer->nr_bytes : INT64_MAX),
	};
}

void fast_area_see_overwritten(struct tracer *tracer, struct tracee *tracee, const char *what)
{
	if (tracee->has_overwritten_area)
		return;
	tracee->has_overwritten_area = true;
	tracer->nr_overwritten++;
	debug(fast, "%d: the program has overwritten its thread area: %s", (int)tracee->tid, what);
}

bool fast_area_check(struct tracer *tracer, struct tracee *tracee)
{
	if (!area_is_intact(tracee->area, tracee->area_addr, tracee->is_area_paused,
			    fast_clock_mult()))
		fast_area_see_overwritten(tracer, tracee, "constants");
	return !tracee->has_overwritten_area;
}

void fast_area_retire(struct tracee *tracee)
{
	struct user_regs_struct registers;

	if (tracer_ptrace(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	registers.gs_base = GATE_BLANK_ADDR;
	if (tracer_ptrace(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	/* Its place stays taken: whoever overwrites it would overwrite the next thread's area as well. */
	nr_in_use -= tracee->area != NULL;
	tracee->area = NULL;
}

void fast_area_restore_entry(struct thread_area *area)
{
	struct area_entry *entry = checked_at(area, AREA_LOAD(area->entry), sizeof(*entry));

	if (entry)
		entry->counts = area->before;
}

static void area_reset(struct thread_area *area)
{
	memset(area->buckets, 0, sizeof(area->buckets));
	area->all_memos = 0;
	area->memo = 0;
	area->cell = 0;
	area->is_full = 0;
	area->used = AREA_FIRST_FREE;
	area->memos_start = AREA_IMAGE;
}

bool fast_area_is_any(void)
{
	return nr_in_use > 0;
}

bool fast_area_is_free(const struct fast_space *fast)
{
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		if (fast->chunks[i]->taken != (1u << FAST_CHUNK_AREAS) - 1)
			return true;
	return fast->nr_chunks == FAST_MAX_CHUNKS;
}

/* Takes an area of @fast for @tracee, whose area_chunk stays NULL when there is none. */
static void take_area(struct fast_space *fast, struct tracee *tracee)
{
	tracee->area_chunk = NULL;
	for (unsigned int i = fast->nr_chunks; i-- > 0;) {
		struct fast_chunk *chunk = fast->chunks[i];
		if (chunk->taken == (1u << FAST_CHUNK_AREAS) - 1)
			continue;
		tracee->area_chunk = chunk;
		tracee->area_index = (unsigned int)__builtin_ctz(~chunk->taken);
		chunk->taken |= 1u << tracee->area_index;
		chunk->used |= chunk->taken;
		return;
	}
}

void fast_area_give(struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct user_regs_struct registers;
	struct thread_area *area;
	size_t offset;

	if (!fast->nr_chunks || tracee->has_overwritten_area ||
	    tracer_ptrace(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	/* Someone else uses gs: this process's threads are left as they are. */
	if (registers.gs_base != GATE_BLANK_ADDR) {
		fast->is_refused = true;
		return;
	}
	take_area(fast, tracee);
	if (!tracee->area_chunk)
		return;
	offset = (size_t)tracee->area_index * THREAD_AREA_SIZE;
	area = (struct thread_area *)(void *)((char *)tracee->area_chunk->memory + offset);
	area_reset(area);
	tracee->area_addr = tracee->area_chunk->addr + offset;
	tracee->area_ticks = __builtin_ia32_rdtsc();
	tracee->area_ns = boot_time_ns();
	tracee->area_asleep_ns = asleep_ns(tracee->area_ns);
	area->self = tracee->area_addr;
	area->data_addr = GATE_DATA_ADDR;
	area->tsc_mult = fast_clock_mult();
	area->stack_end = tracee->stack_end & ~7ull;
	/* The first thread's stack grows; another one has a guard page and then somebody else's below. */
	area->stack_start = 0;
	if (tracee->tid != tracee->process->tgid)
		area->stack_start = layout_mapping_start(tracee->tid, registers.rsp);
	area->misses = 0;
	tracee->records_taken = area_mark(0, AREA_RECORDS);
	tracee->records_limit = AREA_RECORDS + FAST_FIRST_RECORDS;
	area->records_end = tracee->records_taken;
	area->records_read = tracee->records_taken;
	area->records_limit = tracee->records_limit;
	area->image_size = 0;
	area->is_adding = 0;
	area->nr_added = 0;
	area->start_ticks = tracee->area_ticks;
	area->phase = AREA_IDLE;
	area->registers[AREA_FLAGS] = 0;
	tracee->is_area_paused = tracee->hold.is_on;
	area->is_active = tracee->is_area_paused ? 0 : area_active_word(tracee->area_addr);
	registers.gs_base = tracee->area_addr;
	tracer_ptrace(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
	tracee->area = area;
	tracee->nr_misses = 0;
	tracee->nr_hits = 0;
	nr_in_use++;
	tracee->nr_added = 0;
	tracee->nr_records = 0;
	tracee->nr_repeated = 0;
	fast_stats_mutable()->areas++;
}

void fast_area_pause(struct tracee *tracee, bool is_paused)
{
	if (!tracee->area || tracee->has_overwritten_area || tracee->is_area_paused == is_paused)
		return;
	tracee->is_area_paused = is_paused;
	tracee->area->is_active = is_paused ? 0 : area_active_word(tracee->area_addr);
}

void fast_area_interrupt(struct tracee *tracee)
{
	if (!tracee->area)
		return;
	tracee->area->image_size = 0;
	fast_area_see_added(tracee);
}

void fast_area_see_added(struct tracee *tracee)
{
	tracee->nr_added = __atomic_load_n(&tracee->area->nr_added, __ATOMIC_ACQUIRE);
}

bool fast_area_restore_flags(struct thread_area *area, struct user_regs_struct *registers)
{
	uint64_t flags = AREA_LOAD(area->registers[AREA_FLAGS]);

	if (!flags)
		return false;
	registers->eflags = flags;
	registers->r11 = registers->eflags; /* where `syscall` leaves them */
	area->registers[AREA_FLAGS] = 0;
	return true;
}

/* A place for a memo or cell, cleared, or NULL. */
static void *allocate(struct thread_area *area, size_t size)
{
	uint32_t old = AREA_LOAD(area->memos_start);
	uint32_t start = (uint32_t)(old - size) & ~7u;

	if (old > AREA_IMAGE || old < AREA_FIRST_FREE || size > old - AREA_FIRST_FREE)
		return NULL;
	__atomic_store_n(&area->memos_start, start, __ATOMIC_SEQ_CST);
	/* One entry the thread may be taking, one it must still find place for. */
	if (__atomic_load_n(&area->used, __ATOMIC_SEQ_CST) + 2 * sizeof(struct area_entry) >
	    start) {
		area->memos_start = old;
		return NULL;
	}
	return memset(at(area, start), 0, size);
}

static uint32_t offset_of(const struct thread_area *area, const void *place)
{
	return (uint32_t)((const char *)place - (const char *)area);
}

/* Two registers are in every memo's key; r11 no unwinder asks for, nor could the gate tell. */
static unsigned int count_registers(uint32_t mask)
{
	mask &= ~(1u << MEMO_REGISTER_SP | 1u << MEMO_REGISTER_IP);
	return (unsigned int)__builtin_popcount(mask);
}

static struct area_memo *find_memo(struct thread_area *area, uint64_t return_addr,
				   const struct memo *memo)
{
	uint32_t offset = AREA_LOAD(area->buckets[area_bucket(return_addr, memo->sp)]);

	for (unsigned int i = 0; offset && i < MAX_VARIANTS; i++) {
		struct area_memo *found = memo_at(area, offset);
		if (!found)
			break;
		offset = AREA_LOAD(found->next);
		if (found->return_addr == return_addr && found->sp == memo->sp &&
		    found->stack == memo->stack &&
		    found->nr_words == memo->nr_words + count_registers(memo->register_mask) &&
		    memcmp(found->words, memo->words, memo->nr_words * sizeof(struct area_word)) ==
			    0)
			return found;
	}
	return NULL;
}

_Static_assert(sizeof(struct area_word) == sizeof(struct memo_word), "copied as they are");

static struct area_memo *add_memo(struct thread_area *area, uint64_t area_addr,
				  uint64_t return_addr, const struct memo *memo)
{
	uint32_t nr_words = memo->nr_words + count_registers(memo->register_mask);
	struct area_memo *added =
		allocate(area, sizeof(*added) + nr_words * sizeof(struct area_word));
	uint32_t *bucket = &area->buckets[area_bucket(return_addr, memo->sp)];
	uint32_t nr = memo->nr_words, *link = bucket;

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
		added->words[nr].addr = area_addr + AREA_REGISTERS + 8ull * i;
		added->words[nr++].value = memo->registers[i];
	}
	for (unsigned int i = 1; i < MAX_VARIANTS; i++) {
		struct area_memo *variant = memo_at(area, AREA_LOAD(*link));
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

/* The memo has its first cell: the thread may find it. */
static void publish_memo(struct thread_area *area, uint64_t return_addr, uint64_t sp,
			 const struct area_memo *memo)
{
	uint32_t *bucket = &area->buckets[area_bucket(return_addr, sp)];

	__atomic_store_n(bucket, offset_of(area, memo), __ATOMIC_RELEASE);
}

/* Returns false when the area is full. */
static bool add_cell(struct thread_area *area, struct area_memo *memo, const struct call *call)
{
	struct area_cell *cell;

	for (uint32_t offset = AREA_LOAD(memo->cells), i = 0; offset && i < GATE_NR_CALLS; i++) {
		cell = checked_at(area, offset, sizeof(*cell));
		if (!cell)
			break;
		offset = AREA_LOAD(cell->next);
		if (cell->nr == call->nr)
			return !area->is_full;
	}
	cell = allocate(area, sizeof(*cell));
	if (!cell)
		return false;
	cell->nr = call->nr;
	cell->flags = fast_memory_calls()[call->nr];
	cell->next = memo->cells;
	__atomic_store_n(&memo->cells, offset_of(area, cell), __ATOMIC_RELEASE);
	return true;
}

/* Whether all that the walk has read lies on one stack, from the stack pointer to the window's end. */
static bool is_on_one_stack(const struct memo *memo)
{
	for (uint32_t i = 0; i < memo->nr_words; i++)
		if (memo->words[i].addr - memo->sp >= memo->window_end - memo->sp)
			return false;
	return memo->nr_words && !memo->is_truncated;
}

/* How far above the stack pointer stacks must be recorded. */
static void note_stack_end(struct thread_area *area, const struct memo *memo)
{
	uint64_t end = memo->window_end & ~7ull;

	uint64_t old = AREA_LOAD(area->stack_end);

	if ((end > old || old - memo->sp > AREA_MAX_STACK) && is_on_one_stack(memo))
		area->stack_end = end;
}

/* Returns false when the area is full. */
static bool teach(const struct tracee *tracee, uint64_t return_addr, const struct call *call,
		  const struct memo *memo)
{
	struct thread_area *area = tracee->area;
	struct area_memo *known = find_memo(area, return_addr, memo);

	if (known)
		return add_cell(area, known, call);
	known = add_memo(area, tracee->area_addr, return_addr, memo);
	if (!known || !add_cell(area, known, call))
		return false;
	publish_memo(area, return_addr, memo->sp, known);
	return true;
}

static void collect_counts(struct tracer *tracer, struct tracee *tracee);

void fast_area_teach(struct tracer *tracer, struct tracee *tracee, uint64_t return_addr,
		     const struct call *call, const struct memo *memo, bool is_at_call)
{
	struct thread_area *area;

	if (!tracee->area && is_at_call)
		fast_area_give(tracee);
	area = tracee->area;
	if (!area || call->nr >= GATE_NR_CALLS || !fast_area_check(tracer, tracee))
		return;
	note_stack_end(area, memo);
	/* A call that is counted in place leaves nothing for the log: then all are recorded. */
	if (tracer->log)
		return;
	if (memo->nr_words > MAX_WORDS || memo->register_mask & 1u << REGISTER_R11 ||
	    memo->register_mask & 1u << 0 || teach(tracee, return_addr, call, memo) || !is_at_call)
		return;
	debug(fast, "%d: area is full", (int)tracee->tid);
	collect_counts(tracer, tracee);
	area_reset(area);
	teach(tracee, return_addr, call, memo);
}

void fast_area_unlearn(struct tracee *tracee, uint64_t return_addr, uint64_t sp)
{
	if (tracee->area)
		tracee->area->buckets[area_bucket(return_addr, sp)] = 0;
}

static void collect_count(struct tracer *tracer, struct tracee *tracee,
			  const struct area_count *count)
{
	const struct call call = {
		.abi = SYSCALL_ABI_X86_64,
		.nr = count->nr,
		.stack = count->stack,
		.is_truncated = count->is_truncated,
		.region = tracee->region.label,
	};
	const struct call_counts counts = {
		.error = count->error,
		.bucket = count->bucket,
		.calls = count->counts.calls,
		.time_ns = fast_area_ns(count->counts.ticks),
		.bytes = count->counts.bytes,
	};

	call_count(tracer, tracee, &call, &counts);
	fast_stats_mutable()->hits += counts.calls;
	tracee->nr_hits += counts.calls;
}

static void collect_counts(struct tracer *tracer, struct tracee *tracee)
{
	static struct area_count_list list; /* its memory is used again */
	const struct area_limits limits = fast_area_limits(tracer, tracee);

	if (!fast_area_check(tracer, tracee))
		return;
	if (area_read_counts(tracee->area, &limits, &list) < 0) {
		fast_area_see_overwritten(tracer, tracee, "counts");
		return;
	}
	area_clear_counts(tracee->area, &list);
	for (unsigned int i = 0; i < list.nr; i++)
		collect_count(tracer, tracee, &list.counts[i]);
}

void fast_collect(struct tracer *tracer, struct tracee *tracee)
{
	if (!tracee->area)
		return;
	fast_take_records(tracer, tracee);
	collect_counts(tracer, tracee);
}

void fast_area_take_back(struct tracee *tracee)
{
	tracee->area->is_active = 0;
	tracee->area = NULL;
	nr_in_use--;
	tracee->area_chunk->taken &= ~(1u << tracee->area_index);
}

uint64_t fast_area_ns(uint64_t ticks)
{
	return (uint64_t)((unsigned __int128)ticks * fast_clock_mult() >> 32);
}
