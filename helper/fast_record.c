/* SPDX-License-Identifier: MIT */
/*
 * Records: calls that the gate has made without knowing their stacks. The helper unwinds from what the
 * thread has left of registers and stack, and counts; a stack that is seen again is taught.
 */
#include "helper/fast_record.h"

#include <limits.h>
#include <string.h>

#include "helper/call.h"
#include "helper/debug.h"
#include "helper/fast_area.h"
#include "helper/fast_clock.h"
#include "helper/tracer.h"
#include "helper/unwind.h"
#include "profile/xalloc.h"

#define CODE_SEGMENT_64 0x33
#define AT_A_TIME	1u /* records of a thread, before stops are looked for again */

static struct user_regs_struct registers_of(const struct area_record *record, uint64_t ip)
{
	const uint64_t *saved = record->registers;

	/* As at a traced call: the kernel has put ip into rcx, and the flags into r11. */
	return (struct user_regs_struct){
		.rax = saved[0],
		.rdx = saved[1],
		.rcx = ip,
		.rbx = saved[3],
		.rsi = saved[4],
		.rdi = saved[5],
		.rbp = saved[6],
		.rsp = saved[7],
		.r8 = saved[8],
		.r9 = saved[9],
		.r10 = saved[10],
		.r12 = saved[12],
		.r13 = saved[13],
		.r14 = saved[14],
		.r15 = saved[15],
		.rip = ip,
		.orig_rax = saved[0],
		.cs = CODE_SEGMENT_64,
	};
}

struct call fast_record_call(const struct tracee *tracee, const uint64_t *saved,
			     uint64_t start_ticks)
{
	const struct fast_space *fast = tracee->process->space->fast;
	const struct fast_site *site =
		fast_space_find_site(tracee->process->space->fast, saved[16]);
	uint64_t site_ip = site ? site->ip : 0;

	if (site && site->known)
		fast_known_use(site->known, fast->program);
	return (struct call){
		.abi = SYSCALL_ABI_X86_64,
		.is_counted = true,
		.nr = (uint32_t)saved[0],
		.region = tracee->region.label,
		.args = { saved[5], saved[4], saved[1], saved[10], saved[8], saved[9] },
		.ip = site_ip ? site_ip : saved[16],
		.site_ip = site_ip,
		.sp = saved[7],
		.start_ns = fast_clock_at_ns(start_ticks),
	};
}

/* What @record says of itself, read once: a program that writes where it should not may change it. */
struct record_size {
	uint64_t record;
	uint64_t stack;
};

/* Completes the stack of @record; returns where it starts. */
static const void *complete_stack(struct tracee *tracee, const struct area_record *record,
				  const struct record_size *size)
{
	uint8_t *start;

	if (!tracee->stack_image)
		tracee->stack_image = xmalloc(AREA_MAX_STACK);
	start = tracee->stack_image + AREA_MAX_STACK - size->stack;
	memcpy(start, record->stack, size->record - sizeof(*record));
	return start;
}

/* Finds the stack of @record, whose call need not have returned, and fills in @call, but for times. */
static struct unwind_result unwind_record(struct tracer *tracer, struct tracee *tracee,
					  const struct area_record *record,
					  const struct record_size *size, struct call *call)
{
	const void *stack = complete_stack(tracee, record, size);
	struct user_regs_struct registers;
	struct unwind_result result;
	unsigned int nr_tries = 0; /* as in call.c */

	*call = fast_record_call(tracee, record->registers, record->start_ticks);
	call->end_ns = call->start_ns + fast_area_ns(tracee->area, record->ticks);
	registers = registers_of(record, call->ip);
	do
		result = unwind_recorded_stack(tracee->tid, tracee_layout(tracee), &registers,
					       stack, size->stack, tracer->settings.max_frames,
					       &tracer->profile);
	while (tracee->process->space->layout->has_met_stale && nr_tries++ == 0);
	call->stack = result.stack;
	call->is_truncated = result.is_truncated;
	/* The next one is traced, and tells how far the stack must be recorded. */
	if (result.is_cut_off)
		tracee->area->stack_end = 0;
	return result;
}

/*
 * Returns false when the sizes of @record, which has at most @room bytes, cannot be. A thread that writes where
 * it should not can spoil its records, but must not lead the helper astray.
 */
static bool read_size(const struct area_record *record, uint32_t room, struct record_size *size)
{
	if (room < sizeof(*record))
		return false;
	size->record = __atomic_load_n(&record->size, __ATOMIC_RELAXED);
	size->stack = __atomic_load_n(&record->stack_size, __ATOMIC_RELAXED);
	return size->record >= sizeof(*record) && size->record <= room &&
	       size->record % sizeof(uint64_t) == 0 && size->stack <= AREA_MAX_STACK &&
	       size->record - sizeof(*record) <= size->stack;
}

static void take(struct tracer *tracer, struct tracee *tracee, const struct area_record *record,
		 const struct record_size *size)
{
	struct call call;
	struct unwind_result result = unwind_record(tracer, tracee, record, size, &call);

	call_count_one(tracer, tracee, &call, (int64_t)record->result,
		       fast_area_ns(tracee->area, record->ticks));
	fast_stats_mutable()->recorded++;
	tracee->last_ticks = record->start_ticks;
	tracee->nr_records++;
	if (!result.has_repeated || !call.site_ip)
		return;
	tracee->nr_repeated++;
	if (!tracee->has_own_filter)
		fast_area_teach(tracer, tracee, record->registers[16], &call, result.memo, false);
}

static void set_taken(struct tracee *tracee, uint64_t mark)
{
	tracee->records_taken = mark;
	/* From here on the thread may begin anew. */
	__atomic_store_n(&tracee->area->records_read, mark, __ATOMIC_RELEASE);
}

/* All of the thread's records are taken: makes room for new ones, for more if nothing repeats. */
static void make_room(struct tracee *tracee)
{
	struct thread_area *area = tracee->area;
	uint32_t size = area->records_limit - AREA_RECORDS;

	area->records_end = area_mark(area_mark_round(area->records_end), AREA_RECORDS);
	if (2 * tracee->nr_repeated >= tracee->nr_records)
		size = FAST_FIRST_RECORDS;
	else
		size *= 2;
	area->records_limit =
		size < THREAD_AREA_SIZE - AREA_RECORDS ? AREA_RECORDS + size : THREAD_AREA_SIZE;
	set_taken(tracee, area->records_end);
	tracee->nr_records = 0;
	tracee->nr_repeated = 0;
}

/* Takes up to @max of the thread's records from @at to @end; returns how many, and moves @at behind them. */
static unsigned int take_from(struct tracer *tracer, struct tracee *tracee, uint32_t *at,
			      uint32_t end, unsigned int max)
{
	unsigned int nr;

	for (nr = 0; nr < max && *at < end; nr++) {
		const struct area_record *record =
			(const struct area_record *)(const void *)((const char *)tracee->area +
								   *at);
		struct record_size size;

		if (!read_size(record, end - *at, &size)) {
			tracer->nr_lost++;
			debug(fast, "%d: a record is spoilt", (int)tracee->tid);
			*at = end;
			break;
		}
		take(tracer, tracee, record, &size);
		*at += (uint32_t)size.record;
	}
	return nr;
}

/* The same for all that it has. */
static unsigned int take_some(struct tracer *tracer, struct tracee *tracee, unsigned int max)
{
	const struct thread_area *area = tracee->area;
	uint64_t mark = __atomic_load_n(&area->records_end, __ATOMIC_ACQUIRE);
	uint32_t round = area_mark_round(mark), end = area_mark_offset(mark);
	uint32_t at = area_mark_offset(tracee->records_taken);
	unsigned int nr = 0;

	if (round != area_mark_round(tracee->records_taken)) {
		uint32_t round_end = __atomic_load_n(&area->round_end, __ATOMIC_RELAXED);

		if (round_end <= THREAD_AREA_SIZE)
			nr = take_from(tracer, tracee, &at, round_end, max);
		if (at < round_end && nr == max) {
			set_taken(tracee, area_mark(round - 1, at));
			return nr;
		}
		at = AREA_RECORDS;
	}
	if (end <= THREAD_AREA_SIZE)
		nr += take_from(tracer, tracee, &at, end, max - nr);
	set_taken(tracee, area_mark(round, at));
	return nr;
}

void fast_take_records(struct tracer *tracer, struct tracee *tracee)
{
	if (tracee->area)
		take_some(tracer, tracee, UINT_MAX);
}

/* Whether it is still far from having to wait. */
static bool has_room(const struct thread_area *area)
{
	uint32_t end = area_mark_offset(area->records_end);
	uint32_t read = area_mark_offset(area->records_read);
	uint32_t used = end - read, size = area->records_limit - AREA_RECORDS;

	if (area_mark_round(area->records_end) != area_mark_round(area->records_read))
		used += size;
	return used <= size / 2;
}

void fast_keep_room(struct tracer *tracer, struct tracee *tracee)
{
	const struct thread_area *area = tracee->area;

	if (!area)
		return;
	/* What the thread does not wait for is taken while it runs; but the log has calls in their order. */
	if (tracer->log || !has_room(area))
		take_some(tracer, tracee, UINT_MAX);
	if (tracee->records_taken == area->records_end)
		make_room(tracee);
}

void fast_identify_call(struct tracer *tracer, struct tracee *tracee)
{
	const struct thread_area *area = tracee->area;
	const struct area_memo *memo = fast_area_memo(tracee->area, area->memo);
	const struct area_record *record;
	struct unwind_result result;
	struct call recorded;
	struct record_size size;
	uint32_t end;

	fast_take_records(tracer, tracee);
	tracee->call = fast_record_call(tracee, area->registers, area->start_ticks);
	tracee->call.end_ns = fast_clock_ns();
	if (memo) {
		uint32_t stack = __atomic_load_n(&memo->stack, __ATOMIC_RELAXED);

		tracee->call.stack = stack < tracer->profile.stacks.nr ? stack : 0;
		tracee->call.is_truncated = memo->is_truncated;
		return;
	}
	end = area_mark_offset(tracee->records_taken);
	record = (const void *)((const char *)area + end);
	if (area->memo || !read_size(record, THREAD_AREA_SIZE - end, &size)) {
		tracee->call.is_truncated = true;
		return;
	}
	result = unwind_record(tracer, tracee, record, &size, &recorded);
	tracee->call.stack = result.stack;
	tracee->call.is_truncated = result.is_truncated;
}

static struct tracer *taking; /* for the visitors below */
static unsigned int nr_taken;
static bool may_read_maps;

static void take_all(struct tracee *tracee)
{
	fast_take_records(taking, tracee);
}

void fast_before_change(struct tracer *tracer, const struct process *process)
{
	taking = tracer;
	tracee_for_each(process->space, take_all);
}

/* Code comes in pieces: the maps are best read when, from one look to the next, none has come. */
static bool is_loading(struct tracee *tracee)
{
	uint32_t nr_seen = tracee->nr_added_seen;

	if (!tracee_has_added(tracee))
		return false;
	if (!may_read_maps)
		return true;
	tracee->nr_added_seen = tracee->area->nr_added;
	return tracee->nr_added_seen != nr_seen;
}

static void take_few(struct tracee *tracee)
{
	if (tracee->area && !is_loading(tracee))
		nr_taken += take_some(taking, tracee, AT_A_TIME);
}

bool fast_take_few(struct tracer *tracer, bool is_idle)
{
	nr_taken = 0;
	may_read_maps = is_idle;
	taking = tracer;
	if (fast_area_is_any())
		tracee_for_each(NULL, take_few);
	return nr_taken > 0;
}
