/* SPDX-License-Identifier: MIT */
/*
 * Records are calls that the gate has made without knowing their stacks. The helper unwinds from
 * the recorded registers and stack, and counts the calls. If a stack repeats, it adds a memo to the
 * area.
 */
#include "helper/gate/fast_record.h"

#include <limits.h>
#include <string.h>

#include "helper/base/fast_clock.h"
#include "helper/base/run.h"
#include "helper/count/count.h"
#include "helper/gate/area_counts.h"
#include "helper/gate/area_teach.h"
#include "helper/gate/fast_area.h"
#include "helper/gate/fast_known.h"
#include "helper/gate/fast_stack_end.h"
#include "helper/gate/fast_stats.h"
#include "helper/restart/woken.h"
#include "helper/unwind/code_page.h"
#include "helper/unwind/unwind.h"
#include "profile/util/xalloc.h"

#define CODE_SEGMENT_64 0x33
#define AT_A_TIME	1u /* records of a thread between two checks for stops */

static struct user_regs_struct registers_of(const struct area_record *record, uint64_t ip)
{
	const uint64_t *saved = record->registers;

	/* Like at a traced call, rcx has the ip and r11 the flags. */
	return (struct user_regs_struct){
		.rax = saved[AREA_RAX],
		.rdx = saved[AREA_RDX],
		.rcx = ip,
		.rbx = saved[AREA_RBX],
		.rsi = saved[AREA_RSI],
		.rdi = saved[AREA_RDI],
		.rbp = saved[AREA_RBP],
		.rsp = saved[AREA_RSP],
		.r8 = saved[AREA_R8],
		.r9 = saved[AREA_R9],
		.r10 = saved[AREA_R10],
		.r12 = saved[AREA_R12],
		.r13 = saved[AREA_R13],
		.r14 = saved[AREA_R14],
		.r15 = saved[AREA_R15],
		.rip = ip,
		.orig_rax = saved[AREA_RAX],
		.cs = CODE_SEGMENT_64,
	};
}

struct call fast_record_call(const struct tracee *tracee, const uint64_t *saved,
			     uint64_t start_ticks)
{
	const struct fast_space *fast = tracee->process->space->fast;
	const struct fast_site *site =
		fast_space_find_site(tracee->process->space->fast, saved[AREA_RETURN]);
	uint64_t site_ip = site ? site->ip : 0;

	if (site && site->known)
		fast_known_use(site->known, fast->program);
	return (struct call){
		.abi = SYSCALL_ABI_X86_64,
		.is_counted = true,
		.nr = (uint32_t)saved[AREA_RAX],
		.region = tracee->region.label,
		.args = { saved[AREA_RDI], saved[AREA_RSI], saved[AREA_RDX], saved[AREA_R10],
			  saved[AREA_R8], saved[AREA_R9] },
		.ip = site_ip ? site_ip : saved[AREA_RETURN],
		.site_ip = site_ip,
		.sp = saved[AREA_RSP],
		.start_ns = fast_clock_at_ns(start_ticks),
	};
}

static uint8_t *stack_image(struct tracee *tracee)
{
	if (!tracee->gate->stack_image)
		tracee->gate->stack_image = xmalloc(AREA_MAX_STACK(THREAD_AREA_SIZE));
	return tracee->gate->stack_image;
}

/*
 * Finds the stack of @record, whose call may not have returned yet. Fills in @call except for its
 * times.
 */
static struct unwind_result unwind_record(struct run *run, struct tracee *tracee,
					  const struct area_record *record, struct call *call)
{
	struct user_regs_struct registers;
	const struct unwind_record recorded = {
		.registers = &registers,
		.stack = stack_image(tracee) + AREA_MAX_STACK(tracee->gate->area_size) -
			 record->stack_size,
		.size = record->stack_size,
		.ticks =
			fast_clock_is_exact() ? record->start_ticks + record->ticks : CODE_PAGE_NOW,
	};
	struct unwind_result result;
	unsigned int nr_tries = 0; /* see call.c */

	*call = fast_record_call(tracee, record->registers, record->start_ticks);
	call->end_ns = call->start_ns + fast_area_ns(record->ticks);
	registers = registers_of(record, call->ip);
	do
		result = unwind_recorded_stack(tracee->tid, tracee_layout(tracee), &recorded,
					       run->settings.max_frames, &run->profile);
	while (tracee->process->space->layout->has_met_stale && nr_tries++ == 0);
	call->stack = result.stack;
	call->is_truncated = result.is_truncated;
	if (result.is_cut_off)
		fast_stack_end_see_cut_off(tracee);
	tracee_see_cut(tracee, result.is_truncated);
	return result;
}

/* Counts the call of @record, a copy. Its stack is in the thread's image. */
static void take(struct run *run, struct tracee *tracee, const struct area_record *record)
{
	struct call call;
	struct unwind_result result = unwind_record(run, tracee, record, &call);

	count_call(run, tracee, &call, (int64_t)record->result, fast_area_ns(record->ticks));
	fast_stats_mutable()->recorded++;
	tracee->gate->last_ticks = record->start_ticks;
	tracee->gate->nr_records++;
	if (!result.has_repeated || !call.site_ip)
		return;
	tracee->gate->nr_repeated++;
	if (!tracee->has_own_filter)
		area_teach(run, tracee, record->registers[AREA_RETURN], &call, result.memo, false);
}

static void set_taken(struct tracee *tracee, uint64_t mark)
{
	tracee->gate->records_taken = mark;
	/* After this store, the thread may reuse the room of these records. */
	__atomic_store_n(&tracee->gate->area->records_read, mark, __ATOMIC_RELEASE);
}

/*
 * The helper has taken all records of the thread. Makes room for new ones, and for more if no stack
 * repeats.
 */
static void make_room(struct tracee *tracee)
{
	struct thread_area *area = tracee->gate->area;
	const uint32_t first = AREA_RECORDS(tracee->gate->area_size);
	const uint32_t all = tracee->gate->area_size - first;
	uint32_t size = tracee->gate->records_limit - first;
	uint64_t start = area_mark(area_mark_round(tracee->gate->records_taken), first);

	if (2 * tracee->gate->nr_repeated >= tracee->gate->nr_records)
		size = FAST_FIRST_RECORDS;
	else
		size *= 2;
	tracee->gate->records_limit = first + (size < all ? size : all);
	area->records_end = start;
	area->records_limit = tracee->gate->records_limit;
	set_taken(tracee, start);
	tracee->gate->nr_records = 0;
	tracee->gate->nr_repeated = 0;
}

/*
 * Takes up to @max records of the thread from *@at to @end. Returns how many, and moves *@at after
 * them.
 */
static unsigned int take_from(struct run *run, struct tracee *tracee, uint32_t *at, uint32_t end,
			      unsigned int max)
{
	const struct area_limits limits = fast_area_limits(run, tracee);
	unsigned int nr;

	for (nr = 0; nr < max && *at < end; nr++) {
		struct area_record record;

		if (area_read_record(tracee->gate->area, *at, end, true, &limits, &record,
				     stack_image(tracee)) < 0) {
			fast_area_see_overwritten(run, tracee, "a record");
			break;
		}
		take(run, tracee, &record);
		*at += (uint32_t)record.size;
	}
	return nr;
}

/* Does the same for all records of the thread. */
static unsigned int take_some(struct run *run, struct tracee *tracee, unsigned int max)
{
	struct area_span span;
	unsigned int nr = 0;
	uint32_t at;

	if (!fast_area_check(run, tracee))
		return 0;
	if (area_read_span(tracee->gate->area, tracee->gate->area_size, tracee->gate->records_taken,
			   &span) < 0) {
		fast_area_see_overwritten(run, tracee, "the ends of its records");
		return 0;
	}
	/*
	 * The helper must know code that was mapped before a record was made before it unwinds that
	 * record.
	 */
	fast_area_see_added(tracee);
	at = span.start;
	if (span.round_end) {
		nr = take_from(run, tracee, &at, span.round_end, max);
		if (at < span.round_end) {
			set_taken(tracee, area_mark(area_mark_round(span.mark) - 1, at));
			return nr;
		}
		at = AREA_RECORDS(tracee->gate->area_size);
	}
	nr += take_from(run, tracee, &at, span.end, max - nr);
	set_taken(tracee, area_mark(area_mark_round(span.mark), at));
	return nr;
}

void fast_take_records(struct run *run, struct tracee *tracee)
{
	if (tracee->gate->area)
		take_some(run, tracee, UINT_MAX);
}

void fast_collect(struct run *run, struct tracee *tracee)
{
	if (!tracee->gate->area)
		return;
	fast_take_records(run, tracee);
	area_counts_collect(run, tracee);
}

/* Returns true if the thread, whose records end at @mark, will not have to wait for room soon. */
static bool has_room(const struct tracee *tracee, uint64_t mark)
{
	uint32_t used = area_mark_offset(mark) - area_mark_offset(tracee->gate->records_taken);
	uint32_t size = tracee->gate->records_limit - AREA_RECORDS(tracee->gate->area_size);

	if (area_mark_round(mark) != area_mark_round(tracee->gate->records_taken))
		used += size;
	return used <= size / 2;
}

void fast_keep_room(struct run *run, struct tracee *tracee)
{
	if (!tracee->gate->area)
		return;
	/*
	 * The helper takes other records while the thread runs. But the log needs calls in their
	 * order.
	 */
	if (run->log || !has_room(tracee, AREA_LOAD(tracee->gate->area->records_end)))
		take_some(run, tracee, UINT_MAX);
	if (!fast_area_check(run, tracee))
		fast_area_retire(tracee);
	else if (tracee->gate->records_taken == AREA_LOAD(tracee->gate->area->records_end))
		make_room(tracee);
}

/* Finds the stack of the current call by its memo. Returns false if the memo is not valid. */
static bool find_memo_stack(const struct run *run, struct tracee *tracee, uint32_t memo)
{
	const struct area_limits limits = fast_area_limits(run, tracee);
	struct call *call = &tracee->call;

	return area_read_memo(tracee->gate->area, memo, &limits, &call->stack,
			      &call->is_truncated) == 0;
}

/* Does the same for a call that the gate is recording. */
static bool find_recorded_stack(struct run *run, struct tracee *tracee)
{
	const struct area_limits limits = fast_area_limits(run, tracee);
	struct unwind_result result;
	struct area_record record;
	struct call recorded;

	if (area_read_record(tracee->gate->area, area_mark_offset(tracee->gate->records_taken),
			     tracee->gate->area_size, false, &limits, &record,
			     stack_image(tracee)) < 0)
		return false;
	/* The fields that the thread has not written yet have values of an earlier record. */
	record.start_ticks = tracee->gate->area_ticks;
	record.ticks = 0;
	result = unwind_record(run, tracee, &record, &recorded);
	tracee->call.stack = result.stack;
	tracee->call.is_truncated = result.is_truncated;
	return true;
}

bool fast_identify_call(struct run *run, struct tracee *tracee, struct area_call *under_way)
{
	const struct area_limits limits = fast_area_limits(run, tracee);
	bool has_stack;
	uint64_t now;

	fast_take_records(run, tracee);
	if (area_read_call(tracee->gate->area, &limits, under_way) < 0) {
		fast_area_see_overwritten(run, tracee, "the call under way");
		return false;
	}
	if (!under_way->memo && tracee->gate->last_ticks == under_way->start_ticks)
		return false;
	/* The result of an earlier, woken call may still be open. */
	woken_settle(run, tracee);
	tracee->call = fast_record_call(tracee, under_way->registers, under_way->start_ticks);
	tracee->call.end_ns = fast_clock_ns();
	/* The TSC of this CPU may be lower than that of the thread's CPU. */
	now = __builtin_ia32_rdtsc();
	if (now > under_way->start_ticks)
		tracee->call.elapsed_ns = fast_area_ns(now - under_way->start_ticks);
	has_stack = under_way->memo ? find_memo_stack(run, tracee, under_way->memo)
				    : find_recorded_stack(run, tracee);
	if (has_stack)
		return true;
	fast_area_see_overwritten(run, tracee, "the stack of the call under way");
	tracee->call.stack = 0;
	tracee->call.is_truncated = true;
	return true;
}

static void take_all(struct tracee *tracee, void *run)
{
	fast_take_records(run, tracee);
}

void fast_before_change(struct run *run, const struct process *process)
{
	tracee_for_each(process->space, take_all, run);
}

/* A pass over the records of all threads. */
struct look {
	struct run *run;
	unsigned int nr_taken;
	bool may_read_maps;
};

/*
 * Libraries are mapped piece by piece. It is best to read the maps when no code was added between
 * two passes.
 */
static bool is_loading(struct tracee *tracee, const struct look *look)
{
	uint32_t nr_seen = tracee->gate->nr_added_seen;

	fast_area_see_added(tracee);
	if (!tracee_has_added(tracee))
		return false;
	if (!look->may_read_maps)
		return true;
	tracee->gate->nr_added_seen = tracee->gate->nr_added;
	return tracee->gate->nr_added_seen != nr_seen;
}

static void take_few(struct tracee *tracee, void *argument)
{
	struct look *look = argument;

	if (tracee->gate->area && !is_loading(tracee, look))
		look->nr_taken += take_some(look->run, tracee, AT_A_TIME);
}

bool fast_take_few(struct run *run, bool is_idle)
{
	struct look look = { .run = run, .may_read_maps = is_idle };

	if (fast_area_is_any())
		tracee_for_each(NULL, take_few, &look);
	return look.nr_taken > 0;
}
