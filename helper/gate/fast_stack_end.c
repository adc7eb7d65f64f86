/* SPDX-License-Identifier: MIT */
/*
 * Most walks read words of one stack only, from the stack pointer on, and reach its end. Other
 * walks are truncated before that, or read generated code, which is still there when the helper
 * unwinds a record. Then records must reach to the stack pointer at which the thread began. But a
 * walk can also lead to another stack, such as one that a signal has interrupted. A record cannot
 * contain that, so such calls stop. If there are too many of them, they are recorded up to the end
 * of the stack pointer's memory mapping, and their stacks are truncated.
 */
#include "helper/gate/fast_stack_end.h"

#include "helper/space/area_reader.h"
#include "helper/unwind/mapping.h"
#include "scprof/thread_area.h"

#define PATIENCE 4096 /* calls of a thread that stop because a record cannot hold their stacks */

/*
 * Returns true if all words that the walk has read are on one stack, from the stack pointer to the
 * end of the window.
 */
static bool is_on_one_stack(const struct memo *memo)
{
	for (uint32_t i = 0; i < memo->nr_words; i++)
		if (memo->words[i].addr - memo->sp >= memo->window_end - memo->sp)
			return false;
	return memo->nr_words && !memo->is_truncated;
}

/* Returns true if all other words that the walk has read are code. */
static bool is_rest_code(const struct tracee *tracee, const struct memo *memo, uint64_t end)
{
	for (uint32_t i = 0; i < memo->nr_words; i++)
		if (memo->words[i].addr - memo->sp >= end - memo->sp &&
		    !layout_is_executable(tracee->process->space->layout, memo->words[i].addr))
			return false;
	return true;
}

/* Returns the end of the mapping that contains the stack pointer @sp, or 0 if it cannot be read. */
static uint64_t mapping_end(struct tracee *tracee, uint64_t sp)
{
	struct address_range *mapping = &tracee->gate->stack_mapping;

	if (sp < mapping->start || sp >= mapping->end)
		*mapping = mapping_find(tracee->tid, sp);
	return mapping->end;
}

static uint64_t later(uint64_t end, uint64_t sp, uint64_t addr, uint64_t limit)
{
	return addr >= sp && addr < limit && addr + sizeof(uint64_t) > end ? addr + sizeof(uint64_t)
									   : end;
}

/*
 * Returns the end of the last word on the stack that the walk has read. At least one word is
 * recorded.
 */
static uint64_t end_on_stack(const struct memo *memo, uint64_t limit)
{
	uint64_t end = (memo->sp & ~7ull) + sizeof(uint64_t);

	for (uint32_t i = 0; i < memo->nr_words; i++)
		end = later(end, memo->sp, memo->words[i].addr, limit);
	for (uint32_t i = 0; i < memo->nr_ranges; i++)
		end = later(end, memo->sp, memo->ranges[i].addr, limit);
	return end;
}

void fast_stack_end_note(struct tracee *tracee, const struct memo *memo, bool is_at_call)
{
	struct thread_area *area = tracee->gate->area;
	uint64_t old = AREA_LOAD(area->stack_end), end = memo->window_end;

	if (!is_on_one_stack(memo)) {
		/* The record contained all words that the walk has read. */
		if (!is_at_call)
			return;
		end = tracee->gate->stack_end;
		if (end - memo->sp > AREA_MAX_STACK(tracee->gate->area_size) ||
		    !is_rest_code(tracee, memo, end)) {
			if (tracee->gate->nr_cut_off++ < PATIENCE)
				return;
			end = end_on_stack(memo, mapping_end(tracee, memo->sp));
		}
	}
	end &= ~7ull;
	if (end > old || old - memo->sp > AREA_MAX_STACK(tracee->gate->area_size))
		area->stack_end = end;
}

void fast_stack_end_see_cut_off(struct tracee *tracee)
{
	uint32_t nr = ++tracee->gate->nr_cut_off;

	if (nr < PATIENCE || (nr & (nr - 1)) == 0)
		tracee->gate->area->stack_end = 0;
}
