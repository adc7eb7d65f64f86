/* SPDX-License-Identifier: MIT */
/*
 * Portable memos for invented address spaces: two files of code and a stack, at other addresses in
 * each process.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "helper/unwind/portable_memo.h"

#define STACK_ID 77
#define NR_WORDS 4

static struct elf_file program = { .refs = 1 }, library = { .refs = 1 }, other = { .refs = 1 };

/* One process: its regions, and what the unwinder reads for a call in it. */
static struct region regions[3];
static struct layout layout;
static uint64_t registers[MEMO_NR_REGISTERS];
static struct memo_word words[NR_WORDS];
static uint64_t stack_start;

static struct region code(uint64_t start, struct elf_file *file)
{
	return (struct region){
		.start = start,
		.end = start + 0x10000,
		.bias = start - 0x1000,
		.inode = 1,
		.is_executable = true,
		.file = file,
	};
}

/*
 * Makes the same call in a process with the program at @a, the library at @b and the stack at @c.
 */
static void make_process(uint64_t a, uint64_t b, uint64_t c)
{
	regions[0] = code(a, &program);
	regions[1] = code(b, &library);
	regions[2] =
		(struct region){ .start = c - 0x100000, .end = c + 0x10000, .is_writable = true };
	layout = (struct layout){ .refs = 1, .regions = regions, .nr_regions = 3 };
	stack_start = c;
	memset(registers, 0, sizeof(registers));
	registers[MEMO_REGISTER_SP] = c;
	registers[MEMO_REGISTER_IP] = b + 0x123;
	registers[6] = c + 0x80; /* rbp */
	registers[3] = 42;
	words[0] = (struct memo_word){ c + 0x18, b + 0x456 };
	words[1] = (struct memo_word){ c + 0x80, c + 0x100 };
	words[2] = (struct memo_word){ c + 0x88, a + 0x789 };
	words[3] = (struct memo_word){ c + 0x100, 5 };
}

static bool read_word(uint64_t addr, uint64_t *value, void *argument)
{
	(void)argument;
	for (unsigned int i = 0; i < NR_WORDS; i++) {
		if (words[i].addr != addr)
			continue;
		*value = words[i].value;
		return true;
	}
	return false;
}

static void learn(uint32_t stack)
{
	struct memo_recorder recorder = { .words = NULL };

	for (unsigned int i = 0; i < NR_WORDS; i++)
		memo_recorder_word(&recorder, words[i].addr, words[i].value);
	recorder.register_mask =
		1u << MEMO_REGISTER_SP | 1u << MEMO_REGISTER_IP | 1u << 6 | 1u << 3;
	portable_memo_add(&layout, registers, &recorder,
			  (struct portable_stack){ .id = stack, .nr_frames = 3 });
	free(recorder.words);
}

static struct memo_recorder found;

static uint32_t find(void)
{
	const struct portable_reader reader = { read_word, NULL };
	struct portable_stack stack = { .id = 0 };

	if (!portable_memo_find(&layout, registers, &reader, &found, &stack))
		return 0;
	cr_expect_eq(stack.nr_frames, 3);
	return stack.id;
}

static void learn_first(void)
{
	make_process(0x550000000000, 0x7f0000000000, 0x7ffc00000000);
	learn(STACK_ID);
}

static void move(void)
{
	make_process(0x560000100000, 0x7f1234500000, 0x7ffd12345600);
}

static void free_found(void)
{
	free(found.words);
}

TestSuite(portable_memo, .init = learn_first, .fini = free_found);

Test(portable_memo, is_found_if_everything_is_at_other_addresses)
{
	move();
	cr_assert_eq(find(), STACK_ID);
	cr_expect_eq(found.nr_words, NR_WORDS);
	for (unsigned int i = 0; i < NR_WORDS; i++) {
		cr_expect_eq(found.words[i].addr, words[i].addr);
		cr_expect_eq(found.words[i].value, words[i].value);
	}
	cr_expect_eq(found.register_mask,
		     1u << MEMO_REGISTER_SP | 1u << MEMO_REGISTER_IP | 1u << 6 | 1u << 3);
}

Test(portable_memo, any_value_that_differs_makes_a_miss)
{
	move();
	for (unsigned int i = 0; i < NR_WORDS; i++) {
		words[i].value += 8;
		cr_expect_eq(find(), 0, "word %u", i);
		words[i].value += 4096 - 8;
		cr_expect_eq(find(), 0, "word %u, on another page", i);
		words[i].value -= 4096;
	}
	registers[6] += 8;
	cr_expect_eq(find(), 0, "rbp");
	registers[6] -= 8;
	registers[3]++;
	cr_expect_eq(find(), 0, "rbx");
	registers[3]--;
	registers[MEMO_REGISTER_IP]++;
	cr_expect_eq(find(), 0, "the call site");
	registers[MEMO_REGISTER_IP]--;
	cr_expect_eq(find(), STACK_ID);
}

Test(portable_memo, the_last_64_stacks_of_a_site_are_found)
{
	for (unsigned int i = 1; i <= 64; i++) {
		words[3].value++;
		learn(STACK_ID + i);
	}
	move();
	cr_expect_eq(find(), 0, "the oldest one has made room");
	for (unsigned int i = 1; i <= 64; i++) {
		words[3].value++;
		cr_expect_eq(find(), STACK_ID + i);
	}
}

Test(portable_memo, addresses_of_the_first_process_do_not_match_in_the_next)
{
	uint64_t first[NR_WORDS];

	for (unsigned int i = 0; i < NR_WORDS; i++)
		first[i] = words[i].value;
	move();
	for (unsigned int i = 0; i < 3; i++) {
		uint64_t kept = words[i].value;

		words[i].value = first[i];
		cr_expect_eq(find(), 0, "word %u", i);
		words[i].value = kept;
	}
}

Test(portable_memo, another_file_at_the_same_address_makes_a_miss)
{
	move();
	regions[0].file = &other;
	cr_expect_eq(find(), 0);
	regions[0].file = &program;
	regions[1].file = &other;
	cr_expect_eq(find(), 0);
}

Test(portable_memo, code_right_above_a_stack_is_code)
{
	make_process(0x550000000000, 0x7f0000040000, 0x7f0000000000);
	registers[MEMO_REGISTER_IP] = regions[0].start + 0x123;
	learn(STACK_ID + 1);
	cr_expect_eq(find(), STACK_ID + 1);
	regions[1].file = &other;
	cr_expect_eq(find(), 0, "another file at the same distance from the stack");
}

Test(portable_memo, code_that_is_not_executable_makes_a_miss)
{
	move();
	regions[0].is_executable = false;
	cr_expect_eq(find(), 0);
}

Test(portable_memo, a_word_outside_of_code_and_stack_prevents_a_memo)
{
	words[3].addr = 0x1000;
	registers[MEMO_REGISTER_IP]++;
	learn(STACK_ID + 1);
	cr_expect_eq(find(), 0);
}

Test(portable_memo, variants_of_one_site_have_their_own_memos)
{
	words[3].value = 6;
	learn(STACK_ID + 1);
	move();
	cr_expect_eq(find(), STACK_ID);
	words[3].value = 6;
	cr_expect_eq(find(), STACK_ID + 1);
}

Test(portable_memo, a_full_table_takes_new_memos)
{
	for (uint32_t i = 0; i < 20000; i++) {
		registers[MEMO_REGISTER_IP] = regions[1].start + i % 0x8000;
		learn(1000 + i);
		cr_assert_eq(find(), 1000 + i);
	}
	cr_expect_leq(program.refs, 1 + 4096 * (NR_WORDS + 2));
}
