/* SPDX-License-Identifier: MIT */
/*
 * Finds stacks: with a memo or, failing that, with libunwind. walk.c has what libunwind reads.
 * bare_step.c steps out of code without unwind tables.
 */
#include "helper/unwind/unwind.h"

#include <libunwind.h>
#include <stdlib.h>
#include <string.h>

#include "helper/base/debug.h"
#include "helper/trace/remote_memory.h"
#include "helper/unwind/bare_step.h"
#include "helper/unwind/code_page.h"
#include "helper/unwind/frame_pointer.h"
#include "helper/unwind/memo_words.h"
#include "helper/unwind/portable_memo.h"
#include "helper/unwind/snapshot.h"
#include "helper/unwind/unwind_accessors.h"
#include "helper/unwind/walk.h"

#define CODE_SEGMENT_64 0x33 /* cs of 64-bit code */

static struct snapshot snapshot;
static struct memo_recorder recorder;
static struct unwind_stats stats;

/*
 * The return address of the outermost frame is undefined. If the walk has read a return address
 * that is 0, it was not in a real stack. The same is true of one at address 0, which libunwind
 * takes for undefined.
 */
static bool is_outermost(const struct walk *walk, unw_cursor_t *cursor)
{
	unw_word_t cfa = 0;

	if (unw_get_reg(cursor, UNW_REG_SP, &cfa) == 0 && cfa == sizeof(cfa))
		return false;
	return !walk->has_read_zero;
}

/*
 * Pushes the frame of code that a signal interrupted, whose address is exact. The frame inside it
 * is the trampoline to which the handler returns. No call led to it either. libunwind reports that
 * only now, so one is added to its address, unless it is the call site.
 */
static bool push_interrupted(struct walk *walk, uint64_t ip)
{
	if (walk->nr_frames > 1)
		walk->frames[walk->nr_frames - 1]++;
	return walk_push_frame(walk, ip);
}

/*
 * Steps from the frame of @cursor to its caller, and pushes that. Returns false at the end. One is
 * subtracted from a return address, so that the stored address is in the call instruction.
 */
static bool step(struct walk *walk, unw_cursor_t *cursor)
{
	unw_word_t ip_before = 0, ip = 0;
	uint64_t size;
	enum bare_step bare;
	bool is_interrupted;
	int result;

	unw_get_reg(cursor, UNW_REG_IP, &ip_before);
	walk->has_no_info = false;
	walk->has_read_zero = false;
	/* In a program with Go code and C code, only the C code has unwind information. */
	if (!walk_has_table(walk, ip_before) &&
	    layout_go_frame_size(walk->layout, ip_before, &size))
		return bare_step_go(walk, cursor, ip_before, size) == BARE_STEPPED;
	if (!walk_has_table(walk, walk->last_frame)) {
		bare = bare_step(walk, cursor, walk->last_frame);
		if (bare != BARE_UNKNOWN)
			return bare == BARE_STEPPED;
	}
	result = unw_step(cursor);
	if (result < 0) {
		walk->is_truncated =
			!walk->has_no_info || !layout_is_entry_code(walk->layout, ip_before);
		return false;
	}
	if (result == 0 || unw_get_reg(cursor, UNW_REG_IP, &ip) < 0 || ip == 0) {
		if (!layout_is_entry_code(walk->layout, ip_before) &&
		    (walk->has_no_info || !is_outermost(walk, cursor)))
			walk->is_truncated = true;
		return false;
	}
	is_interrupted = unw_is_signal_frame(cursor) > 0;
	if (walk->has_no_info && !is_interrupted) {
		if (layout_is_entry_code(walk->layout, ip_before))
			return false;
		walk->is_truncated = true;
	}
	if (!layout_is_executable(walk->layout, ip)) {
		walk->is_truncated = true;
		return false;
	}
	walk->is_interrupted = is_interrupted;
	return is_interrupted ? push_interrupted(walk, ip) : walk_push_frame(walk, ip - 1);
}

/*
 * glibc ends the unwind information of __clone and __clone3 before their syscall instruction,
 * because unwinding must not leave a new thread there. At that instruction, the return address is
 * on top of the stack.
 */
static void step_over_clone(struct walk *walk)
{
	uint64_t sp = walk->registers[MEMO_REGISTER_SP], addr;

	if (!snapshot_word(&snapshot, sp, WALK_READ_AHEAD, &addr) ||
	    !layout_is_executable(walk->layout, addr))
		return;
	memo_recorder_word(&recorder, sp, addr);
	walk->where[MEMO_REGISTER_IP] = (struct walk_register){ REGISTER_IS, addr - 1 };
	walk->where[MEMO_REGISTER_SP] = (struct walk_register){ REGISTER_IS, sp + sizeof(addr) };
	walk_push_frame(walk, addr - 1);
}

static void walk_stack(struct walk *walk, bool is_clone)
{
	unw_cursor_t cursor;
	bool more;

	/*
	 * Look up the rules for the syscall instruction itself. The instruction after it may belong
	 * to another function: the trampoline of signal handlers ends with its syscall.
	 */
	walk->registers[MEMO_REGISTER_IP]--;
	for (unsigned int i = 0; i < MEMO_NR_REGISTERS; i++)
		walk->where[i] = (struct walk_register){ REGISTER_OF_CALL, i };
	walk_push_frame(walk, walk->registers[MEMO_REGISTER_IP]);
	if (is_clone && !walk_has_table(walk, walk->last_frame))
		step_over_clone(walk);
	more = walk_init_cursor(walk, &cursor);
	while (more)
		more = step(walk, &cursor);
}

static uint32_t intern_frames(struct walk *walk, struct profile *profile)
{
	uint32_t stack = 0;

	if (profile->stacks.nr >= STACK_TABLE_ENOUGH && walk->nr_frames > 1)
		walk->is_truncated = true, walk->nr_frames = 1;
	if (walk->is_truncated)
		stack = stack_table_intern(&profile->stacks, stack,
					   profile_intern_frame(profile, 0, FRAME_TRUNCATED));
	for (unsigned int i = walk->nr_frames; i-- > 0;)
		stack = stack_table_intern(&profile->stacks, stack,
					   layout_frame(walk->layout, walk->frames[i], profile));
	return stack;
}

static bool words_match(const struct memo *memo, void *argument)
{
	const struct walk *walk = argument;

	/* A record contains all memory that may have changed since, apart from code. */
	for (uint32_t i = 0; walk->is_recorded && i < memo->nr_words; i++) {
		uint64_t addr = memo->words[i].addr, value;

		if (!snapshot_word(&snapshot, addr, 0, &value) &&
		    !layout_is_executable(walk->layout, addr))
			return false;
	}
	return memo_words_match(memo, &snapshot, walk->tid);
}

/* Reads a word for portable memos. */
static bool read_consulted(uint64_t addr, uint64_t *value, void *argument)
{
	const struct walk *walk = argument;

	return snapshot_word(&snapshot, addr, WALK_READ_AHEAD, value) ||
	       (!walk->is_recorded && remote_memory_word(walk->tid, addr, value));
}

/* Finds the stack. The caller has set the snapshot. */
static struct unwind_result unwind(struct walk *walk, const struct user_regs_struct *registers,
				   bool is_clone, struct profile *profile)
{
	struct unwind_result result = { .memo = NULL };
	uint64_t own[MEMO_NR_REGISTERS];
	const struct portable_reader reader = { read_consulted, walk };
	struct portable_stack portable;
	const struct memo *memo;

	unwind_order_registers(registers, own);
	memcpy(walk->registers, own, sizeof(own));
	memo = memo_table_find(&walk->layout->memos, own, words_match, walk);
	if (memo) {
		stats.hits++;
		return (struct unwind_result){ memo->stack, memo->is_truncated, true, false, memo };
	}
	if (registers->cs == CODE_SEGMENT_64 && !is_clone &&
	    portable_memo_find(walk->layout, own, &reader, &recorder, &portable) &&
	    portable.nr_frames <= walk->max_frames) {
		stats.hits++;
		result.stack = portable.id;
		result.memo =
			memo_table_add(&walk->layout->memos, &recorder, own, result.stack, false);
		return result;
	}
	stats.unwinds++;
	memo_recorder_reset(&recorder);
	if (registers->cs == CODE_SEGMENT_64) {
		walk_stack(walk, is_clone);
	} else {
		/*
		 * libunwind for x86-64 cannot unwind 32-bit code, so the stack has the call site
		 * only.
		 */
		walk->is_truncated = true;
		walk_push_frame(walk, registers->rip - 1);
	}
	result.stack = intern_frames(walk, profile);
	if (walk->has_frame_pointer && !walk->is_truncated)
		frame_pointer_mark(result.stack);
	result.is_truncated = walk->is_truncated;
	result.is_cut_off = walk->is_cut_off;
	/* The caller must unwind it again. */
	if (walk->layout->has_met_stale)
		return result;
	if (!walk->is_truncated && !is_clone && !walk->has_frame_pointer)
		portable_memo_add(walk->layout, own, &recorder,
				  (struct portable_stack){ .id = result.stack,
							   .nr_frames = walk->nr_frames });
	/* With more of the stack, the walk might continue. */
	if (!walk->is_cut_off)
		result.memo = memo_table_add(&walk->layout->memos, &recorder, own, result.stack,
					     result.is_truncated);
	debug(unwind, "%d: ip %llx: %u frames, %u words%s", (int)walk->tid, registers->rip,
	      walk->nr_frames, recorder.nr_words, walk->is_truncated ? ", truncated" : "");
	return result;
}

struct unwind_result unwind_stack(pid_t tid, struct layout *layout,
				  const struct user_regs_struct *registers, bool is_clone,
				  unsigned int max_frames, struct profile *profile)
{
	struct walk walk = {
		.tid = tid,
		.layout = layout,
		.snapshot = &snapshot,
		.recorder = &recorder,
		.max_frames = max_frames,
		.code_since = CODE_PAGE_NOW,
	};

	snapshot_reset(&snapshot, tid, registers->rsp);
	return unwind(&walk, registers, is_clone, profile);
}

struct unwind_result unwind_recorded_stack(pid_t tid, struct layout *layout,
					   const struct unwind_record *record,
					   unsigned int max_frames, struct profile *profile)
{
	struct walk walk = {
		.tid = tid,
		.layout = layout,
		.snapshot = &snapshot,
		.recorder = &recorder,
		.max_frames = max_frames,
		.is_recorded = true,
		.code_since = record->ticks,
	};

	snapshot_set(&snapshot, record->registers->rsp, record->stack, record->size);
	return unwind(&walk, record->registers, false, profile);
}

const struct unwind_stats *unwind_stats(void)
{
	return &stats;
}
