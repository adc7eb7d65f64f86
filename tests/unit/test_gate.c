/* SPDX-License-Identifier: MIT */
/*
 * The C parts of the gate. The tests call them as gate_entry.S does, on an area like one that the
 * helper makes.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "profile/model/histogram.h"
#include "scprof/gate.h"
#include "scprof/handshake.h"
#include "tests/unit/made_area.h"

TestSuite(gate, .init = made_area_init, .fini = made_area_fini);

Test(gate, a_known_call_is_a_hit_and_counted)
{
	for (int i = 0; i < 1000; i++)
		made_gate_call(5, 1000000000);
	cr_expect_eq(area->misses, 0);
	uint64_t calls = 0, ticks = 0;
	for (uint32_t offset = cell->entries; offset;) {
		const struct area_entry *entry = made_place(offset);
		calls += entry->counts.calls;
		ticks += entry->counts.ticks;
		cr_expect_eq(entry->error, 0);
		cr_expect_eq(entry->counts.bytes, 0);
		offset = entry->next;
	}
	cr_expect_eq(calls, 1000);
	cr_expect_geq(ticks, 1000ull * 1000000000);
}

Test(gate, another_word_register_place_or_stack_pointer_is_a_miss)
{
	stack[1] = 9;
	cr_expect_eq(gate_before(area), 0);
	stack[1] = 2;
	area->registers[AREA_RBP]++;
	cr_expect_eq(gate_before(area), 0);
	area->registers[AREA_RBP]--;
	area->registers[AREA_RETURN]++;
	cr_expect_eq(gate_before(area), 0);
	area->registers[AREA_RETURN]--;
	area->registers[AREA_RSP] += 8;
	cr_expect_eq(gate_before(area), 0);
	area->registers[AREA_RSP] -= 8;
	cr_expect_eq(gate_before(area), 1);
	cr_expect_eq(area->misses, 4);
}

Test(gate, a_call_without_a_cell_is_a_miss)
{
	area->registers[AREA_RAX] = OTHER_NR;
	cr_expect_eq(gate_before(area), 0);
	area->registers[AREA_RAX] = 1ull << 32 | NR;
	cr_expect_eq(gate_before(area), 0, "the upper half of rax was ignored");
}

Test(gate, a_word_that_was_checked_for_a_range_may_change_within_it)
{
	struct area_range *range = (struct area_range *)(void *)(memo->words + memo->nr_words);

	*range = (struct area_range){ (uint64_t)&stack[2], 100, 50 };
	memo->nr_ranges = 1;
	stack[2] = 100;
	cr_expect_eq(gate_before(area), 1);
	stack[2] = 149;
	cr_expect_eq(gate_before(area), 1);
	stack[2] = 150;
	cr_expect_eq(gate_before(area), 0);
	stack[2] = 99;
	cr_expect_eq(gate_before(area), 0);
}

Test(gate, a_call_that_may_not_be_made_in_the_gate_is_a_miss)
{
	data.calls[NR] = GATE_CALL_MOVES_BYTES;
	area->stack_end = (uint64_t)(stack + 4);
	cr_expect_eq(gate_before(area), 0);
	area->registers[AREA_RAX] = GATE_NR_CALLS;
	cr_expect_eq(gate_before(area), 0);
	cr_expect_eq(area->misses, 2);
}

Test(gate, the_helper_handles_mappings_of_executable_memory)
{
	data.calls[NR] |= GATE_CALL_MAPS | GATE_CALL_PROTECTS;
	area->registers[AREA_RDX] = PROT_READ | PROT_EXEC;
	cr_expect_eq(gate_before(area), 0);
	area->registers[AREA_RDX] = PROT_READ | PROT_WRITE;
	cr_expect_eq(gate_before(area), 1);
}

static void try_to_map(uint64_t addr, uint64_t size, int protection)
{
	area->registers[AREA_RDI] = addr;
	area->registers[AREA_RSI] = size;
	area->registers[AREA_RDX] = (uint64_t)protection;
}

static void map_code(uint64_t size, uint64_t result)
{
	try_to_map(0, size, PROT_READ | PROT_EXEC);
	cr_assert_eq(gate_before(area), 1);
	area->result = result;
	gate_after(area);
}

Test(gate, a_change_of_code_that_the_helper_permits_is_made_once)
{
	data.calls[NR] |= GATE_CALL_MAPS | GATE_CALL_PROTECTS;
	try_to_map(0x800000, 0x1000, PROT_READ | PROT_EXEC);
	cr_assert_eq(gate_before(area), 0);
	area->permitted_ticks = area->start_ticks + 1;
	cr_assert_eq(gate_before(area), 1);
	gate_after(area);
	cr_expect_eq(area->effect, 0);
	cr_expect_eq(gate_before(area), 0, "the next one is the helper's to see");
}

Test(gate, the_gate_makes_calls_that_change_noted_code_if_the_helper_has_read_all_records)
{
	static const struct {
		uint64_t addr, size;
		uint32_t expected;
	} cases[] = {
		{ 0x500000, 0x1000, 1 }, { 0x501000, 0x1001, 1 },    { 0x500000, 0x3000, 1 },
		{ 0x4ff000, 0x2000, 0 }, { 0x502000, 0x1001, 0 },    { 0x503000, 0x1000, 0 },
		{ 0x500000, ~0ull, 0 },	 { 0x500000, ~0xfffull, 0 },
	};
	uint64_t end = area->records_end;

	data.calls[NR] |= GATE_CALL_MAPS | GATE_CALL_PROTECTS;
	data.noted = (struct gate_range){ 0x500000, 0x503000 };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		try_to_map(cases[i].addr, cases[i].size, PROT_READ | PROT_EXEC);
		cr_expect_eq(gate_before(area), cases[i].expected, "%lx %lx", cases[i].addr,
			     cases[i].size);
	}
	try_to_map(0x500000, 0x1000, PROT_READ | PROT_EXEC);
	area->records_end = end + 64;
	cr_expect_eq(gate_before(area), 0, "the helper has not read a record yet");
	area->records_end = end;
	cr_expect_eq(gate_before(area), 1);
	data.calls[NR] |= GATE_CALL_ADDS;
	cr_expect_eq(gate_before(area), 0, "mmap can bring other code");
}

static void allow_to_add(void)
{
	data.calls[NR] |= GATE_CALL_MAPS | GATE_CALL_PROTECTS | GATE_CALL_ADDS;
	data.may_add = 1;
}

Test(gate, a_thread_that_may_do_so_notes_the_code_that_it_maps)
{
	allow_to_add();
	map_code(0x1001, 0x800000);
	map_code(0x1000, (uint64_t)-ENOMEM);
	cr_assert_eq(area->nr_added, 1);
	cr_expect_eq(area->added[0].start, 0x800000);
	cr_expect_eq(area->added[0].end, 0x802000);
	try_to_map(0x801fff, 1, PROT_READ);
	cr_expect_eq(gate_before(area), 0, "the thread replaced code that it had mapped");
	try_to_map(0x801000, 0x1000, PROT_READ | PROT_EXEC);
	cr_expect_eq(gate_before(area), 0);
	try_to_map(0x802000, 0x1000, PROT_READ);
	cr_assert_eq(gate_before(area), 1);
	area->result = 0x802000;
	gate_after(area);
	cr_expect_eq(area->nr_added, 1, "a miss, or a mapping without code, was noted");
}

Test(gate, the_helper_handles_mappings_of_code_that_have_no_room)
{
	allow_to_add();
	for (uint64_t i = 0; i < AREA_MAX_ADDED; i++)
		map_code(0x1000, 0x800000 + i * 0x1000);
	try_to_map(0, 0x1000, PROT_READ | PROT_EXEC);
	cr_expect_eq(gate_before(area), 0);
	cr_expect_eq(area->nr_added, AREA_MAX_ADDED);
}

Test(gate, the_helper_handles_calls_that_set_or_get_gs)
{
	data.calls[NR] |= GATE_CALL_SETS_GS;
	for (uint64_t what = 0x1000; what < 0x1010; what++) {
		area->registers[AREA_RDI] = what;
		cr_expect_eq(gate_before(area), what != 0x1001 && what != 0x1004, "%lx", what);
	}
}

Test(gate, the_helper_handles_calls_that_set_a_limit_not_those_that_get_one)
{
	data.calls[NR] |= GATE_CALL_LIMITS;
	area->registers[AREA_RDX] = 0;
	cr_expect_eq(gate_before(area), 1);
	area->registers[AREA_RDX] = (uint64_t)stack;
	cr_expect_eq(gate_before(area), 0);
}

Test(gate, the_helper_handles_calls_that_change_the_action_of_sigsys)
{
	uint64_t action[4] = { 0 };

	data.calls[13] = data.calls[NR] | GATE_CALL_SIGNALS;
	area->registers[AREA_RAX] = 13; /* rt_sigaction */
	area->registers[AREA_RDI] = SIGSYS;
	area->registers[AREA_RSI] = 0;
	area->stack_end = (uint64_t)(stack + 4);
	cr_expect_eq(gate_before(area), 1, "it only reads the action");
	area->registers[AREA_RSI] = (uint64_t)action;
	cr_expect_eq(gate_before(area), 1, "the default action is set already");
	data.handles_sigsys = 1;
	cr_expect_eq(gate_before(area), 0);
	data.handles_sigsys = 0;
	action[0] = (uint64_t)(uintptr_t)SIG_IGN;
	cr_expect_eq(gate_before(area), 0);
	area->registers[AREA_RDI] = SIGSEGV;
	cr_expect_eq(gate_before(area), 1);
}

Test(gate, a_call_that_ends_the_thread_is_made_and_leaves_no_record)
{
	const uint64_t end = area->records_end;

	data.calls[OTHER_NR] = GATE_CALL_ENDS;
	area->registers[AREA_RAX] = OTHER_NR;
	area->stack_end = (uint64_t)(stack + 4);
	cr_expect_eq(gate_before(area), 1);
	cr_expect_eq(area->misses, 0);
	cr_expect_eq(area->records_end, end);
	cr_expect_eq(area->image_size, 0, "the gate has copied the stack");
}

Test(gate, the_helper_handles_the_end_of_loading)
{
	data.calls[NR] |= GATE_CALL_SETS_GS;
	area->registers[AREA_RDI] = 0x1002;
	cr_expect_eq(gate_before(area), 1);
	data.may_add = 1;
	cr_expect_eq(gate_before(area), 0);
}

Test(gate, the_helper_handles_mappings_over_code)
{
	static const struct {
		uint64_t addr, size;
		uint32_t expected;
	} cases[] = {
		{ 0, 0x100000, 1 },	 { 0x4ff000, 0x1000, 1 }, { 0x4ff000, 0x1001, 0 },
		{ 0x500000, 0x1000, 0 }, { 0x501000, 0x1000, 0 }, { 0x502000, 0x1000, 1 },
		{ 0x400000, ~0ull, 0 },	 { 0x601000, 0, 0 },	  { 0, 0, 1 },
	};

	data.calls[NR] |= GATE_CALL_MAPS;
	data.nr_code = 2;
	data.code[0] = (struct gate_range){ 0x500000, 0x502000 };
	data.code[1] = (struct gate_range){ 0x600000, 0x700000 };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		area->registers[AREA_RDI] = cases[i].addr;
		area->registers[AREA_RSI] = cases[i].size;
		cr_expect_eq(gate_before(area), cases[i].expected, "%lx %lx", cases[i].addr,
			     cases[i].size);
	}
}

/* Makes a call whose stack is not known. Returns its record. */
static const struct area_record *record_call(uint64_t result)
{
	uint32_t offset = area_mark_offset(area->records_end);

	area->registers[AREA_RETURN]++;
	cr_assert_eq(gate_before(area), 1);
	cr_expect_eq(area->records_end, offset,
		     "the helper could read the record before the call returned");
	area->result = result;
	area->start_ticks -= 1000000;
	gate_after(area);
	area->registers[AREA_RETURN]--;
	return made_place(offset);
}

Test(gate, an_unknown_call_is_recorded_with_registers_and_stack)
{
	area->registers[AREA_R12] = 12;
	area->stack_end = (uint64_t)(stack + 3);
	const struct area_record *record = record_call(7);
	cr_expect_eq(record->result, 7);
	cr_expect_geq(record->ticks, 1000000);
	cr_expect_eq(record->registers[AREA_R12], 12);
	cr_expect_eq(record->registers[AREA_RETURN], RETURN_ADDR + 1);
	cr_expect_eq(record->size, sizeof(*record) + 3 * 8);
	cr_expect_eq(memcmp(record->stack, stack, 3 * 8), 0);
	cr_expect_null(made_entry_of(0));
	cr_expect_eq(area->misses, 0);
	cr_expect_eq(area->records_end, AREA_RECORDS(THREAD_AREA_SIZE) + record->size);
	cr_expect_eq((const char *)record_call(8), (const char *)record + record->size);
}

/*
 * Checks that the next record has the first @nr words of a stack of @nr_words words, and no others.
 */
static void expect_part(unsigned int nr_words, unsigned int nr)
{
	const struct area_record *record = record_call(0);

	cr_expect_eq(record->stack_size, nr_words * 8);
	cr_expect_eq(record->size, sizeof(*record) + nr * 8, "%lu", (unsigned long)record->size);
	cr_expect_eq(memcmp(record->stack, (const void *)area->registers[AREA_RSP], nr * 8), 0);
}

Test(gate, a_record_has_only_the_part_of_the_stack_that_has_changed)
{
	uint64_t frames[16];

	for (uint64_t i = 0; i < 16; i++)
		frames[i] = i;
	area->stack_end = (uint64_t)(frames + 16);
	area->registers[AREA_RSP] = (uint64_t)(frames + 4);
	expect_part(12, 12);
	expect_part(12, 0);
	frames[7] = 77;
	expect_part(12, 4);
	/* Deeper, over the words of an earlier call. */
	area->registers[AREA_RSP] = (uint64_t)frames;
	expect_part(16, 4);
	/* Less deep: the words that are deeper now are unknown. */
	area->registers[AREA_RSP] = (uint64_t)(frames + 8);
	expect_part(8, 0);
	area->registers[AREA_RSP] = (uint64_t)frames;
	expect_part(16, 8);
	/* The helper interrupted the thread. */
	area->image_size = 0;
	expect_part(16, 16);
}

Test(gate, a_known_call_is_counted_and_not_recorded)
{
	area->stack_end = (uint64_t)(stack + 4);
	made_gate_call(1, 0);
	cr_expect_eq(made_entry_of(0)->counts.calls, 1);
	cr_expect_eq(area->records_end, AREA_RECORDS(THREAD_AREA_SIZE));
}

/* Returns how many calls are recorded, each with its whole stack, until there is no more room. */
static unsigned int record_all(void)
{
	unsigned int nr = 0;

	area->image_size = 0;
	while (gate_before(area)) {
		gate_after(area);
		area->image_size = 0;
		nr++;
	}
	return nr;
}

Test(gate, records_end_at_their_limit)
{
	unsigned int nr;

	area->records_limit -= 1000;
	area->stack_end = (uint64_t)(stack + 4);
	area->registers[AREA_RETURN]++;
	nr = record_all();
	cr_expect_leq(area->records_end, area->records_limit);
	cr_expect_eq(nr, (area->records_limit - AREA_RECORDS(THREAD_AREA_SIZE)) /
				 (sizeof(struct area_record) + 32));
	cr_expect_eq(area->misses, 1);
}

Test(gate, records_wrap_around_but_never_overwrite_unread_ones)
{
	const uint32_t size = sizeof(struct area_record) + 32;
	uint32_t end;

	area->records_limit = AREA_RECORDS(THREAD_AREA_SIZE) + 10 * size + 8;
	area->stack_end = (uint64_t)(stack + 4);
	area->registers[AREA_RETURN]++;
	cr_assert_eq(record_all(), 10);
	end = area_mark_offset(area->records_end);
	/* The helper has read three records, so the next round has room for three. */
	area->records_read = area_mark(0, AREA_RECORDS(THREAD_AREA_SIZE) + 3 * size);
	cr_expect_eq(record_all(), 3);
	cr_expect_eq(area->records_end, area_mark(1, AREA_RECORDS(THREAD_AREA_SIZE) + 3 * size));
	cr_expect_eq(area->round_end, end);
	/* The gate may not begin a third round while the helper is in the first. */
	area->records_read = area_mark(0, end);
	cr_expect_eq(record_all(), 7);
	cr_expect_eq(record_all(), 0);
	area->records_read = area_mark(1, AREA_RECORDS(THREAD_AREA_SIZE));
	cr_expect_eq(record_all(), 0);
	area->records_read = area->records_end;
	cr_expect_eq(record_all(), 10);
	cr_expect_eq(area->records_end, area_mark(2, end));
}

Test(gate, records_of_a_small_area_lie_in_its_second_half)
{
	const uint32_t start = AREA_RECORDS(SMALL_AREA_SIZE);

	area->size = area->records_limit = SMALL_AREA_SIZE;
	area->records_end = area->records_read = area_mark(0, start);
	area->stack_end = (uint64_t)(stack + 4);
	area->registers[AREA_RETURN]++;
	cr_expect_eq(record_all(), (SMALL_AREA_SIZE - start) / (sizeof(struct area_record) + 32));
	cr_expect_leq(area->records_end, SMALL_AREA_SIZE);
	/* Even if the program has overwritten the limit, no record leaves the area. */
	area->records_limit = THREAD_AREA_SIZE;
	cr_expect_eq(record_all(), 0);
	area->records_end = area->records_read = area_mark(0, start);
	area->stack_end = (uint64_t)stack + AREA_MAX_STACK(SMALL_AREA_SIZE) + 8;
	cr_expect_eq(gate_before(area), 0);
}

Test(gate, a_stack_that_is_elsewhere_or_too_large_is_not_recorded)
{
	area->registers[AREA_RETURN]++;
	area->stack_end = (uint64_t)stack;
	cr_expect_eq(gate_before(area), 0, "the stack ends at the stack pointer");
	area->stack_end = (uint64_t)stack - 8;
	cr_expect_eq(gate_before(area), 0, "the stack ends below the stack pointer");
	area->stack_end = (uint64_t)stack + AREA_MAX_STACK(THREAD_AREA_SIZE) + 8;
	cr_expect_eq(gate_before(area), 0);
}

Test(gate, a_full_area_is_a_miss_before_the_call_is_made)
{
	area->memos_start = area->used + sizeof(struct area_entry) - 1;
	cr_expect_eq(gate_before(area), 0);
	cr_expect_eq(area->is_full, 1);
	area->memos_start++;
	made_gate_call(0, 0);
	cr_expect_eq(area->used, area->memos_start);
}

Test(gate, the_code_fits_its_page_and_lies_in_order)
{
	cr_expect_lt(__stop_gate_text - __start_gate_text, GATE_BLANK_ADDR - GATE_ADDR);
	cr_expect_eq(gate_syscall_return - gate_syscall, 2);
	cr_expect_eq((unsigned char)gate_syscall[0], 0x0f);
	cr_expect_eq((unsigned char)gate_syscall[1], 0x05);
	cr_expect_lt(gate_leave, gate_left);
}

/*
 * Syscall User Dispatch permits a range of addresses, from the end of one call to the end of the
 * other.
 */
Test(gate, no_other_call_is_between_the_two_that_dispatch_permits)
{
	const unsigned char call[] = { 0x0f, 5 };
	const char *moved =
		memmem(gate_syscall_return, (size_t)(__stop_gate_text - gate_syscall_return), call,
		       sizeof(call));

	cr_expect_eq(moved, gate_moved);
	cr_expect_eq(gate_moved_return - gate_moved, 2);
	cr_expect_arr_eq(gate_moved_return, call, sizeof(call));
	cr_expect_eq(gate_moved_end - gate_moved_return, 2);
}

Test(gate, the_setup_ends_with_the_call_that_the_helper_expects)
{
	const unsigned char call[] = { 0x0f, 5 };
	const uint32_t magic = SCPROF_MAGIC;
	unsigned char load[] = { 0xbf, 0, 0, 0, 0, 0xb8, SCPROF_CALL, 0, 0, 0, 0x0f, 5 };

	memcpy(load + 1, &magic, sizeof(magic));
	cr_expect_eq(
		memmem(gate_setup, (size_t)(__stop_gate_text - gate_setup), call, sizeof(call)),
		(const void *)((uintptr_t)gate_setup_return - sizeof(call)));
	cr_expect(memmem(gate_setup, (size_t)(__stop_gate_text - gate_setup), load, sizeof(load)));
}

Test(gate, the_call_after_eintr_is_the_one_that_the_helper_expects)
{
	const uint32_t magic = SCPROF_MAGIC;
	unsigned char call[] = { 0xbf,	      0, 0, 0, 0,    0xbe, SCPROF_CALL_WOKEN, 0, 0, 0, 0xb8,
				 SCPROF_CALL, 0, 0, 0, 0x0f, 5 };

	memcpy(call + 1, &magic, sizeof(magic));
	cr_expect_arr_eq(gate_woken, call, sizeof(call));
	cr_expect_eq(gate_woken_return - gate_woken, sizeof(call));
	cr_expect_lt(gate_woken_return, gate_woken_end);
	cr_expect_lt(gate_syscall_return, gate_is_final);
	cr_expect_lt(gate_is_final, gate_has_result);
}
