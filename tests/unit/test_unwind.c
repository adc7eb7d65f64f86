// SPDX-License-Identifier: MIT
/*
 * Unwinding of recorded stacks. Functions of this program replace remote_memory, so the tests know
 * which words the unwinder reads, and can change them.
 */
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "helper/trace/remote_memory.h"
#include "helper/unwind/layout.h"
#include "helper/unwind/unwind.h"
#include "tests/unit/recorded_stack.h"
#include "tests/unit/stack_names.h"

#define MAX_FRAMES 512

static struct recording recording;
static struct layout *layout;
static struct profile profile;
static unsigned int nr_words_read; /* read one by one, by accessors or a memo check */
size_t remote_memory_read(pid_t tid, uint64_t addr, void *buffer, size_t size)
{
	(void)tid;
	return recording_read(&recording, addr, buffer, size);
}

bool remote_memory_word(pid_t tid, uint64_t addr, uint64_t *value)
{
	nr_words_read++;
	return remote_memory_read(tid, addr, value, sizeof(*value)) == sizeof(*value);
}

bool remote_memory_has_words(pid_t tid, const uint64_t *addrs, const uint64_t *expected,
			     unsigned int nr)
{
	for (uint64_t i = 0, value; i < nr; i++)
		if (!remote_memory_word(tid, addrs[i], &value) || value != expected[i])
			return false;
	return true;
}

static void setup(void)
{
	layout = layout_read(getpid());
	profile_init(&profile);
}

static void teardown(void)
{
	layout_put(layout);
	elf_file_drop_unused();
	profile_fini(&profile);
	recording_fini(&recording);
}

TestSuite(unwind, .init = setup, .fini = teardown);

static struct unwind_result unwind(void)
{
	return unwind_stack(1, layout, &recording.registers, false, MAX_FRAMES, &profile);
}

/* Expects a whole stack that begins with @first, and has @then further on. */
static void expect_stack(uint32_t stack, const char *first, const char *then)
{
	char *text = stack_names(&profile, stack), *rest;

	cr_expect_eq(strncmp(text, first, strlen(first)), 0, "'%s' does not begin with '%s'", text,
		     first);
	rest = strstr(text, then);
	cr_expect_not_null(rest, "'%s' is not in '%s'", then, text);
	free(text);
}

static void expect_end(uint32_t stack, const char *last)
{
	char *text = stack_names(&profile, stack);
	size_t length = strlen(text), wanted = strlen(last);

	cr_expect(length >= wanted && strcmp(text + length - wanted, last) == 0,
		  "'%s' does not end with '%s'", text, last);
	free(text);
}

static uint32_t expect_whole(void (*scenario)(void), const char *first, const char *then)
{
	struct unwind_result result;

	recording_make(&recording, scenario);
	result = unwind();
	cr_expect_not(result.is_truncated);
	expect_stack(result.stack, first, then);
	expect_end(result.stack, "_start ");
	return result.stack;
}

/* Expects that nothing is unwound the second time, and that the stack is the same. */
static void expect_hit(uint32_t stack)
{
	struct unwind_stats before = *unwind_stats();
	struct unwind_result result = unwind();

	cr_expect_eq(result.stack, stack);
	cr_expect_eq(unwind_stats()->hits, before.hits + 1);
	cr_expect_eq(unwind_stats()->unwinds, before.unwinds);
}

static struct unwind_result expect_miss(void)
{
	struct unwind_stats before = *unwind_stats();
	struct unwind_result result = unwind();

	cr_expect_eq(unwind_stats()->hits, before.hits);
	cr_expect_eq(unwind_stats()->unwinds, before.unwinds + 1);
	return result;
}

static void expect_whole_and_hit(void (*scenario)(void), const char *first, const char *then)
{
	expect_hit(expect_whole(scenario, first, then));
}

/* Returns the runtime address to which frame number @depth of @stack returns. */
static uint64_t return_address(uint32_t stack, unsigned int depth)
{
	uint64_t vaddr;

	while (depth--)
		stack = profile.stacks.nodes[stack].parent;
	vaddr = profile_frame_address(&profile, profile.stacks.nodes[stack].frame);
	return vaddr + 1 + layout_find(layout, (uint64_t)&recording_make)->bias;
}

Test(unwind, nested_functions_are_in_order)
{
	expect_whole_and_hit(scenario_nested, "record one two three scenario_nested ",
			     " recording_make ");
}

Test(unwind, functions_with_frame_pointers_are_unwound)
{
	expect_whole_and_hit(
		scenario_frame_pointers,
		"record with_pointer_inner with_pointer_outer scenario_frame_pointers ",
		" recording_make ");
}

Test(unwind, frames_of_variable_size_are_unwound)
{
	expect_whole_and_hit(scenario_alloca,
			     "record variable_inner variable_outer scenario_alloca ",
			     " recording_make ");
}

Test(unwind, realigned_stacks_are_unwound)
{
	expect_whole_and_hit(scenario_aligned, "record aligned_inner aligned_outer ",
			     " recording_make ");
}

Test(unwind, stacks_realigned_by_an_attribute_are_unwound)
{
	expect_whole_and_hit(scenario_forced, "record aligned_inner forced ", " recording_make ");
}

Test(unwind, realigned_frames_of_variable_size_are_unwound)
{
	expect_whole_and_hit(scenario_aligned_alloca, "record aligned_variable ",
			     " recording_make ");
}

Test(unwind, a_frame_of_many_pages_is_unwound)
{
	expect_whole_and_hit(scenario_big_frame, "record big_frame ", " recording_make ");
}

Test(unwind, arguments_on_the_stack_are_skipped)
{
	expect_whole_and_hit(scenario_pushed_arguments, "record many_arguments caller_of_many ",
			     " recording_make ");
}

Test(unwind, functions_that_use_all_registers_are_unwound)
{
	expect_whole_and_hit(scenario_saved_registers, "record saves_all uses_all ",
			     " recording_make ");
}

Test(unwind, callbacks_from_the_c_library_are_unwound)
{
	expect_whole_and_hit(scenario_callback, "record compare ", " sort scenario_callback ");
}

Test(unwind, a_call_at_the_very_end_of_its_function_is_unwound)
{
	expect_whole_and_hit(scenario_noreturn, "record leave call_is_last scenario_noreturn ",
			     " recording_make ");
}

Test(unwind, signal_frames_are_unwound)
{
	expect_whole_and_hit(scenario_signal, "record handler ", " raise_it scenario_signal ");
}

Test(unwind, an_alternate_stack_leads_to_the_main_one)
{
	expect_whole_and_hit(scenario_other_stack, "record handler ",
			     " raise_it scenario_other_stack ");
	cr_expect_gt(nr_words_read, 0, "the snapshot reached the main stack");
}

Test(unwind, words_on_the_stack_are_not_read_one_by_one)
{
	expect_whole_and_hit(scenario_nested, "record one ", " recording_make ");
	cr_expect_eq(nr_words_read, 0);
}

Test(unwind, deep_recursion_has_every_frame)
{
	uint32_t stack = expect_whole(scenario_recursion, "record recurse recurse ",
				      " recurse scenario_recursion ");
	char *text = stack_names(&profile, stack);
	unsigned int nr = 0;

	for (const char *at = text; (at = strstr(at, "recurse ")); at++)
		nr++;
	cr_expect_eq(nr, 100);
	free(text);
	expect_hit(stack);
}

Test(unwind, recordings_of_one_stack_give_one_id)
{
	uint32_t stacks[2];

	for (int i = 0; i < 2; i++) {
		recording_make(&recording, scenario_nested);
		layout_put(layout);
		layout = layout_read(getpid());
		stacks[i] = unwind().stack;
		if (i == 0)
			recording_fini(&recording);
	}
	cr_expect_eq(stacks[0], stacks[1]);
}

Test(unwind, words_that_the_unwinder_did_not_read_may_change)
{
	uint32_t stack = expect_whole(scenario_nested, "record one two three ", " recording_make ");

	*recording_find(&recording, RECORDED_LOCAL, NULL) = 1;
	recording.registers.rax = 1;
	recording.registers.rcx = 2;
	recording.registers.rdi = 3;
	recording.registers.r11 = 4;
	recording.registers.orig_rax = 5;
	recording.registers.eflags = 6;
	expect_hit(stack);
}

Test(unwind, another_return_address_is_another_stack)
{
	uint32_t other, stack, found;
	uint64_t into_other, into_two, *word;

	other = expect_whole(scenario_nested_other, "record one two_other three ",
			     " recording_make ");
	into_other = return_address(other, 2);
	recording_fini(&recording);
	stack = expect_whole(scenario_nested, "record one two three ", " recording_make ");
	into_two = return_address(stack, 2);
	word = recording_find(&recording, into_two, NULL);
	*word = into_other;
	found = expect_miss().stack;
	cr_expect_neq(found, stack);
	expect_stack(found, "record one two_other three scenario_nested ", " recording_make ");
	expect_hit(found);
	*word = into_two;
	expect_hit(stack);
}

Test(unwind, any_return_address_that_changes_makes_a_miss)
{
	uint32_t stack = expect_whole(scenario_nested, "record one two three ", " recording_make ");

	for (unsigned int depth = 1; depth < 5; depth++) {
		uint64_t *word = recording_find(&recording, return_address(stack, depth), NULL);

		for (unsigned int bit = 0; bit < 64; bit += 7) {
			*word ^= 1ull << bit;
			expect_miss();
			*word ^= 1ull << bit;
		}
	}
	expect_hit(stack);
}

Test(unwind, registers_that_the_unwinder_used_make_a_miss_when_they_change)
{
	uint32_t stack = expect_whole(scenario_nested, "record one two three ", " recording_make ");

	recording.registers.rip -= 1;
	expect_miss();
	recording.registers.rip += 1;
	recording.registers.rsp -= 8;
	expect_miss();
	recording.registers.rsp += 8;
	expect_hit(stack);
	recording_fini(&recording);
	stack = expect_whole(scenario_frame_pointers, "record with_pointer_inner ",
			     " recording_make ");
	recording.registers.rbp ^= 16;
	expect_miss();
	recording.registers.rbp ^= 16;
	expect_hit(stack);
}

Test(unwind, number_of_frames_is_bounded)
{
	uint32_t whole = expect_whole(scenario_recursion, "record recurse ", " recording_make ");
	unsigned int depth = stack_nr_code_frames(&profile, whole);

	for (unsigned int max = 1; max <= depth + 1; max++) {
		struct unwind_result result;

		layout_put(
			layout); /* the limit is the same for a whole run; memos do not store it */
		layout = layout_read(getpid());
		result = unwind_stack(1, layout, &recording.registers, false, max, &profile);
		cr_expect_eq(stack_nr_code_frames(&profile, result.stack),
			     max < depth ? max : depth);
		cr_expect_eq(result.is_truncated, max < depth, "%u of %u", max, depth);
		if (max < depth)
			expect_end(result.stack, "[truncated] ");
		else
			cr_expect_eq(result.stack, whole);
	}
}

Test(unwind, stack_with_unreadable_memory_is_marked_truncated)
{
	uint32_t whole = expect_whole(scenario_nested, "record one two three ", " recording_make ");
	unsigned int last = stack_nr_code_frames(&profile, whole);
	uint64_t outermost;

	recording_find(&recording, return_address(whole, last - 1), &outermost);
	for (size_t size = (size_t)(outermost - recording.ranges[0].start); size >= 8; size -= 8) {
		struct unwind_result result;
		unsigned int depth;

		recording.ranges[0].size = size;
		result = expect_miss();
		cr_assert(result.is_truncated);
		depth = stack_nr_code_frames(&profile, result.stack);
		cr_assert_leq(depth, last, "less readable memory gave more frames");
		last = depth;
		if (size % 512 == 0)
			expect_end(result.stack, "[truncated] ");
		layout_put(layout);
		layout = layout_read(getpid());
	}
	cr_expect_leq(last, 2);
}

Test(unwind, return_address_into_nowhere_ends_a_stack_truncated)
{
	static const uint64_t nowhere[] = { 1, 0x1234, 1ull << 47, 1ull << 63, UINT64_MAX };
	uint32_t stack = expect_whole(scenario_nested, "record one two three ", " recording_make ");
	uint64_t *word = recording_find(&recording, return_address(stack, 2), NULL);

	for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
		struct unwind_result result;
		char *text;

		*word = nowhere[i];
		result = expect_miss();
		cr_expect(result.is_truncated);
		text = stack_names(&profile, result.stack);
		cr_expect_str_eq(text, "record one [truncated] ");
		free(text);
	}
	/* Data are not code either. */
	*word = (uint64_t)&profile;
	cr_expect(expect_miss().is_truncated);
}

Test(unwind, registers_that_make_no_sense_do_no_harm)
{
	static const uint64_t values[] = { 0,	      1,	  7,	      8,
					   0x1000,    1ull << 47, 1ull << 63, UINT64_MAX - 7,
					   UINT64_MAX };
	uint64_t ip, sp;

	recording_make(&recording, scenario_frame_pointers);
	ip = recording.registers.rip;
	sp = recording.registers.rsp;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		recording.registers.rip = values[i];
		cr_expect(unwind().is_truncated, "%#lx", values[i]);
		recording.registers.rip = ip;
		recording.registers.rsp = values[i];
		cr_expect(unwind().is_truncated, "%#lx", values[i]);
		recording.registers.rsp = sp;
		recording.registers.rbp = values[i];
		cr_expect(unwind().is_truncated, "%#lx", values[i]);
	}
}

Test(unwind, code_outside_of_files_is_anonymous)
{
	struct unwind_result result;
	char *text;

	recording_make(&recording, scenario_nested);
	recording.registers.rip = 0x1235;
	recording.registers.rbp = 0;
	result = unwind();
	cr_expect(result.is_truncated);
	text = stack_names(&profile, result.stack);
	cr_expect_eq(strncmp(text, "[anon] ", 7), 0, "%s", text);
	free(text);
}

Test(unwind, 32_bit_code_gives_a_call_site_only)
{
	struct unwind_result result;
	char *text;

	recording_make(&recording, scenario_nested);
	recording.registers.cs = 0x23;
	result = unwind();
	cr_expect(result.is_truncated);
	text = stack_names(&profile, result.stack);
	cr_expect_str_eq(text, "record [truncated] ");
	free(text);
	expect_hit(result.stack);
}

/* Returns the address after the syscall instruction of clone, or 0. */
static uint64_t clone_call_site(void)
{
	const uint8_t *code = dlsym(RTLD_DEFAULT, "clone");
	Dl_info info;

	if (!code || !dladdr(code, &info) || !strstr(info.dli_fname, "libc.so"))
		return 0;
	for (int i = 0; i < 200; i++)
		if (code[i] == 0x0f && code[i + 1] == 0x05)
			return (uint64_t)code + (uint64_t)i + 2;
	return 0;
}

Test(unwind, clone_with_its_return_address_on_top_is_unwound)
{
	struct unwind_result result;
	uint32_t stack;

	if (!clone_call_site())
		cr_skip_test("clone is not a function of the C library");
	stack = expect_whole(scenario_nested, "record one two three ", " recording_make ");
	recording_find(&recording, return_address(stack, 1), (uint64_t *)&recording.registers.rsp);
	recording.registers.rip = clone_call_site();
	result = unwind_stack(1, layout, &recording.registers, true, MAX_FRAMES, &profile);
	cr_expect_not(result.is_truncated);
	expect_stack(result.stack, "", "clone one two three scenario_nested ");
	expect_end(result.stack, "_start ");
	expect_hit(result.stack);
}

Test(unwind, damaged_stacks_do_no_harm)
{
	static void (*const scenarios[])(void) = { scenario_nested,	    scenario_frame_pointers,
						   scenario_alloca,	    scenario_aligned,
						   scenario_aligned_alloca, scenario_signal };
	unsigned int seed = 1;

	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		uint8_t *good = malloc(2048);

		recording_make(&recording, scenarios[i]);
		memcpy(good, recording.ranges[0].bytes, 2048);
		for (unsigned int trial = 0; trial < 1500; trial++) {
			uint64_t *words = (uint64_t *)(void *)recording.ranges[0].bytes;

			for (int change = rand_r(&seed) % 8; change >= 0; change--)
				words[rand_r(&seed) % 256] =
					words[rand_r(&seed) % 256] ^ 1ull << rand_r(&seed) % 64;
			cr_assert_leq(stack_nr_code_frames(&profile, unwind().stack), MAX_FRAMES);
			memcpy(recording.ranges[0].bytes, good, 2048);
		}
		free(good);
		recording_fini(&recording);
	}
	recording_make(&recording, scenario_nested);
}
