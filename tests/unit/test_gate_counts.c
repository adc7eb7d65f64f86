/* SPDX-License-Identifier: MIT */
/*
 * How the gate counts a call: in which entry, and which counts are left if the thread is killed
 * meanwhile.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "profile/model/histogram.h"
#include "tests/unit/made_area.h"

TestSuite(gate_counts, .init = made_area_init, .fini = made_area_fini);

Test(gate_counts, errors_and_bytes_are_counted_apart)
{
	cell->flags = GATE_CALL_MOVES_BYTES;
	made_gate_call(100, 0);
	made_gate_call((uint64_t)-ENOENT, 0);
	made_gate_call((uint64_t)-4095, 0);
	made_gate_call((uint64_t)-4096, 0);
	cr_assert_not_null(made_entry_of(ENOENT));
	cr_expect_eq(made_entry_of(ENOENT)->counts.calls, 1);
	cr_expect_eq(made_entry_of(ENOENT)->counts.bytes, 0);
	cr_expect_not_null(made_entry_of(4095));
	cr_expect_null(made_entry_of(4096), "-4096 is a result");
	cr_expect_eq(made_entry_of(0)->counts.bytes, 100);
}

/*
 * Adds up the entries as the helper does, after it has restored the entry that was being changed.
 */
static struct area_counts count_as_if_killed(void)
{
	struct area_counts all = { 0 };

	for (uint32_t offset = cell->entries; offset;) {
		const struct area_entry *entry = made_place(offset);
		struct area_counts counts = offset == area->entry ? area->before : entry->counts;

		all.calls += counts.calls;
		all.ticks += counts.ticks;
		all.bytes += counts.bytes;
		offset = entry->next;
	}
	return all;
}

static void count_in_child(void)
{
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSTOP);
	gate_after(area);
	_exit(0);
}

static void expect_restorable(const struct area_counts *expected)
{
	struct area_counts found = count_as_if_killed();

	cr_assert_eq(found.calls, expected->calls);
	cr_assert_eq(found.ticks, expected->ticks);
	cr_assert_eq(found.bytes, expected->bytes);
}

/*
 * A child counts a call with @result and stops at each instruction, because it could be killed at
 * any of them.
 */
static void step_through_count(uint64_t result)
{
	struct area_counts expected;
	unsigned int nr_steps = 0;
	int status;
	pid_t pid;

	cr_assert_eq(gate_before(area), 1);
	area->result = result;
	area->start_ticks -= 1000000000;
	expected = count_as_if_killed();
	pid = fork();
	if (pid == 0)
		count_in_child();
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		expect_restorable(&expected);
		nr_steps++;
		ptrace(PTRACE_SINGLESTEP, pid, 0, 0);
	}
	cr_expect_gt(nr_steps, 30);
	area->entry = 0;
	cr_expect_eq(count_as_if_killed().calls, expected.calls + 1);
}

Test(gate_counts, a_thread_that_is_killed_while_it_counts_leaves_the_earlier_counts)
{
	cell->flags = GATE_CALL_MOVES_BYTES;
	for (int i = 0; i < 3; i++)
		step_through_count(100);
	step_through_count((uint64_t)-ENOENT);
}

/*
 * Calls @check at each instruction of a count. Meanwhile `area` is a copy of the area at that
 * instruction.
 */
static void check_each_step(uint64_t result, bool is_adding, void (*check)(void))
{
	static uint64_t copy[THREAD_AREA_SIZE / sizeof(uint64_t)] __attribute__((aligned(64)));
	struct thread_area *shared = area;
	unsigned int nr_steps = 0;
	int status;
	pid_t pid;

	cr_assert_eq(gate_before(area), 1);
	area->result = result;
	area->effect = is_adding ? AREA_ADDS_CODE : AREA_NO_EFFECT;
	pid = fork();
	if (pid == 0)
		count_in_child();
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		area = memcpy(copy, shared, THREAD_AREA_SIZE);
		check();
		area = shared;
		nr_steps++;
		ptrace(PTRACE_SINGLESTEP, pid, 0, 0);
	}
	cr_expect_gt(nr_steps, 30);
}

static uint32_t other_cell; /* belongs to the same memo */

static struct area_cell *cell_at(uint32_t offset)
{
	return made_place(offset);
}

static void expect_entries_of_their_own(void)
{
	area->registers[AREA_RAX] = OTHER_NR;
	made_gate_call(0, 0);
	cr_assert_neq(cell_at(memo->cells)->entries, cell_at(other_cell)->entries);
}

/* A signal makes a thread leave the gate while it counts a call. Its next call is another one. */
Test(gate_counts, two_cells_never_share_an_entry_when_a_signal_interrupts_the_counting)
{
	other_cell = cell->next = made_take(sizeof(*cell));
	*cell_at(other_cell) = (struct area_cell){ .nr = OTHER_NR };
	check_each_step(100, false, expect_entries_of_their_own);
}

#define CODE_ADDR 0x7f0000000000

static void expect_noted_code(void)
{
	if (area->effect)
		area_note_effect(area, area->result);
	cr_assert_gt(area->nr_added, 0);
	cr_assert_eq(area->added[area->nr_added - 1].start, CODE_ADDR);
}

Test(gate_counts, code_mapped_in_the_gate_is_noted_wherever_a_signal_interrupts)
{
	check_each_step(CODE_ADDR, true, expect_noted_code);
}

static void forget_entries(void)
{
	*cell = (struct area_cell){ .nr = NR };
}

/*
 * The thread remembers recent entries by the bucket modulo AREA_NR_RECENT, which is equal for these
 * three.
 */
Test(gate_counts, each_error_and_latency_has_one_entry_of_its_own)
{
	unsigned int nr_entries = 0;

	for (unsigned int round = 0; round < 3; round++) {
		made_gate_call(0, 1 << 20);
		made_gate_call(0, 1 << 21);
		made_gate_call((uint64_t)-ENOENT, 1 << 20);
	}
	for (uint32_t offset = cell->entries; offset; nr_entries++) {
		const struct area_entry *entry = made_place(offset);

		cr_expect_eq(entry->counts.calls, 3);
		offset = entry->next;
	}
	cr_assert_eq(nr_entries, 3);
}

/* Measures from the middle of each bucket, because the test itself takes a few ticks too. */
Test(gate_counts, latencies_are_in_the_buckets_of_the_profile)
{
	for (unsigned int shift = 16; shift < 60; shift++) {
		for (uint64_t part = 8; part < 16; part++) {
			uint64_t ns = (part << shift) + (1ull << (shift - 1));

			forget_entries();
			made_gate_call(0, ns);
			const struct area_entry *entry = made_place(cell->entries);
			cr_expect_eq(entry->bucket, histogram_bucket(ns), "%lu", ns);
		}
	}
}

Test(gate_counts, a_call_that_ends_before_it_begins_takes_no_time)
{
	const struct area_entry *entry;

	forget_entries();
	made_gate_call(0, (uint64_t)-1000000000);
	entry = made_place(cell->entries);
	cr_expect_eq(entry->bucket, 0);
	cr_expect_eq(entry->counts.ticks, 0);
}
