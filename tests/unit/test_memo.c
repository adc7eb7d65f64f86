// SPDX-License-Identifier: MIT
/*
 * Memos are exact. If a register or word that the unwinder read has changed, there is no hit.
 * Everything else may change.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "helper/unwind/memo.h"

#define NR_WORDS  5u
#define CONSULTED (1u << 3 | 1u << 6 | 1u << MEMO_REGISTER_SP | 1u << MEMO_REGISTER_IP)

static struct memo_table table;
static struct memo_recorder recorder;
static uint64_t registers[MEMO_NR_REGISTERS];
static struct memo_word memory[NR_WORDS];

/* Replaces the tracee's memory. Returns true if @memo's words equal those in @argument. */
static bool words_match(const struct memo *memo, void *argument)
{
	const struct memo_word *now = argument;

	for (uint32_t i = 0; i < memo->nr_words; i++)
		if (memo->words[i].addr != now[i].addr || memo->words[i].value != now[i].value)
			return false;
	return true;
}

static bool any_words(const struct memo *memo, void *argument)
{
	unsigned int *nr_asked = argument;

	(void)memo;
	(*nr_asked)++;
	return true;
}

static const struct memo *find(void)
{
	return memo_table_find(&table, registers, words_match, memory);
}

static void learn(uint32_t stack)
{
	memo_recorder_reset(&recorder);
	for (unsigned int i = 0; i < MEMO_NR_REGISTERS; i++)
		if (CONSULTED & 1u << i)
			memo_recorder_register(&recorder, i);
	for (unsigned int i = 0; i < NR_WORDS; i++)
		memo_recorder_word(&recorder, memory[i].addr, memory[i].value);
	memo_table_add(&table, &recorder, registers, stack, false);
}

static void setup(void)
{
	memo_table_init(&table);
	for (unsigned int i = 0; i < MEMO_NR_REGISTERS; i++)
		registers[i] = 0x1000 * (i + 1);
	for (unsigned int i = 0; i < NR_WORDS; i++)
		memory[i] = (struct memo_word){ registers[MEMO_REGISTER_SP] + 24 * i, 77 + i };
}

static void teardown(void)
{
	memo_table_fini(&table);
	free(recorder.words);
}

TestSuite(memo, .init = setup, .fini = teardown);

Test(memo, empty_table_has_no_memos)
{
	cr_assert_null(find());
}

Test(memo, a_repeated_stack_is_recognised)
{
	learn(42);
	cr_assert_not_null(find());
	cr_expect_eq(find()->stack, 42);
	cr_expect_not(find()->is_truncated);
	cr_expect_eq(find()->nr_words, NR_WORDS);
}

Test(memo, truncation_is_remembered)
{
	memo_table_add(&table, &recorder, registers, 3, true);
	cr_assert_not_null(find());
	cr_expect(find()->is_truncated);
}

Test(memo, memo_without_words_depends_on_registers_only)
{
	memo_recorder_register(&recorder, 12);
	memo_table_add(&table, &recorder, registers, 3, false);
	cr_assert_not_null(find());
	registers[12]++;
	cr_expect_null(find());
}

Test(memo, any_consulted_register_that_changes_makes_a_miss)
{
	learn(42);
	for (unsigned int i = 0; i < MEMO_NR_REGISTERS; i++) {
		for (unsigned int bit = 0; bit < 64; bit++) {
			registers[i] ^= 1ull << bit;
			cr_expect_eq(find() == NULL, !!(CONSULTED & 1u << i), "register %u", i);
			registers[i] ^= 1ull << bit;
		}
	}
	cr_expect_not_null(find());
}

Test(memo, a_register_that_was_checked_for_a_range_may_change_within_it)
{
	const struct memo_range range = { .addr = 12, .start = 0x8000, .size = 0x1000 };

	cr_assert(memo_recorder_range(&recorder, &range));
	memo_table_add(&table, &recorder, registers, 3, true);
	registers[12] = 0x8000;
	cr_expect_not_null(find());
	registers[12] = 0x8fff;
	cr_expect_not_null(find());
	registers[12] = 0x9000;
	cr_expect_null(find());
	registers[12] = 0x7fff;
	cr_expect_null(find());
}

Test(memo, ranges_may_wrap_around_and_are_limited_in_number)
{
	const struct memo_range range = { .start = 0x9000, .size = (uint64_t)0x8000 - 0x9000 };

	cr_expect(memo_range_has(&range, 0));
	cr_expect(memo_range_has(&range, UINT64_MAX));
	cr_expect(memo_range_has(&range, 0x7fff));
	cr_expect(memo_range_has(&range, 0x9000));
	cr_expect_not(memo_range_has(&range, 0x8000));
	cr_expect_not(memo_range_has(&range, 0x8fff));
	for (int i = 0; i < MEMO_MAX_RANGES; i++)
		cr_expect(memo_recorder_range(&recorder, &range));
	cr_expect_not(memo_recorder_range(&recorder, &range));
	memo_recorder_reset(&recorder);
	cr_expect(memo_recorder_range(&recorder, &range));
}

Test(memo, instruction_and_stack_pointer_always_count)
{
	memo_table_add(&table, &recorder, registers, 3, false);
	registers[MEMO_REGISTER_IP]++;
	cr_expect_null(find());
	registers[MEMO_REGISTER_IP]--;
	registers[MEMO_REGISTER_SP] += 8;
	cr_expect_null(find());
}

Test(memo, any_word_that_changes_makes_a_miss)
{
	learn(42);
	for (unsigned int i = 0; i < NR_WORDS; i++) {
		for (unsigned int bit = 0; bit < 64; bit++) {
			memory[i].value ^= 1ull << bit;
			cr_expect_null(find(), "word %u", i);
			memory[i].value ^= 1ull << bit;
		}
	}
	cr_expect_not_null(find());
}

Test(memo, memory_is_not_read_when_a_register_differs)
{
	unsigned int nr_asked = 0;

	learn(42);
	registers[3]++;
	cr_expect_null(memo_table_find(&table, registers, any_words, &nr_asked));
	cr_expect_eq(nr_asked, 0);
}

Test(memo, all_words_are_recorded_once_and_in_order)
{
	enum { NR = 3000 };

	for (uint64_t i = 0; i < NR; i++)
		for (int again = 0; again < 3; again++)
			memo_recorder_word(&recorder, 0x1000 + 8 * i, i);
	cr_assert_eq(recorder.nr_words, NR);
	for (uint64_t i = 0; i < NR; i++) {
		cr_assert_eq(recorder.words[i].addr, 0x1000 + 8 * i);
		cr_assert_eq(recorder.words[i].value, i);
	}
	memo_recorder_register(&recorder, 5);
	memo_recorder_reset(&recorder);
	cr_expect_eq(recorder.nr_words, 0);
	cr_expect_eq(recorder.register_mask, 0);
}

Test(memo, several_variants_of_one_call_site_are_kept)
{
	for (uint32_t variant = 0; variant < 8; variant++) {
		memory[2].value = variant;
		learn(100 + variant);
	}
	for (uint32_t variant = 0; variant < 8; variant++) {
		memory[2].value = variant;
		cr_assert_not_null(find(), "variant %u", variant);
		cr_expect_eq(find()->stack, 100 + variant);
	}
}

Test(memo, number_of_variants_is_limited_and_the_last_used_one_stays)
{
	for (uint32_t variant = 0; variant < 1000; variant++) {
		memory[2].value = variant;
		learn(variant);
		memory[2].value = 0;
		cr_assert_not_null(find(),
				   "variant 0 was replaced although it was used all the time");
	}
	cr_expect_leq(table.nr_memos, 64);
	cr_expect_eq(table.nr_words, table.nr_memos * NR_WORDS);
	memory[2].value = 1;
	cr_expect_null(find());
	memory[2].value = 999;
	cr_expect_not_null(find());
}

Test(memo, changed_words_in_the_same_memo_give_the_newer_stack)
{
	learn(1);
	learn(2);
	cr_expect_eq(find()->stack, 2);
}

static void check_counts(void)
{
	unsigned int nr_memos = 0;
	size_t nr_words = 0;

	for (unsigned int i = 0; i < 4096; i++) {
		for (const struct memo *memo = table.buckets[i]; memo; memo = memo->next) {
			nr_memos++;
			nr_words += memo->nr_words;
		}
	}
	cr_assert_eq(table.nr_memos, nr_memos);
	cr_assert_eq(table.nr_words, nr_words);
}

Test(memo, number_of_call_sites_is_limited)
{
	unsigned int most = 0, nr_emptied = 0, before = 0;

	for (uint32_t i = 0; i < 100000; i++) {
		registers[MEMO_REGISTER_IP] = 0x400000 + 2654435761u * (uint64_t)i;
		learn(i);
		cr_assert_not_null(find(), "a new memo is missing");
		cr_assert_eq(find()->stack, i);
		most = table.nr_memos > most ? table.nr_memos : most;
		nr_emptied += table.nr_memos < before;
		before = table.nr_memos;
	}
	check_counts();
	cr_expect_leq(most, 16384);
	cr_expect_gt(most, 8000, "the hash does not spread the call sites");
	cr_expect_gt(nr_emptied, 0, "a full table was not emptied");
}

Test(memo, number_of_words_is_limited)
{
	memo_recorder_reset(&recorder);
	for (uint64_t i = 0; i < 5000; i++)
		memo_recorder_word(&recorder, 0x100000 + 8 * i, i);
	for (uint32_t i = 0; i < 500; i++) {
		registers[MEMO_REGISTER_IP] += 16;
		memo_table_add(&table, &recorder, registers, i, false);
		cr_assert_leq(table.nr_words, 1u << 20);
		cr_assert_geq(table.nr_words, 5000);
	}
	check_counts();
}

Test(memo, window_spans_the_words_near_the_stack_pointer)
{
	uint64_t sp = registers[MEMO_REGISTER_SP];
	static const int64_t far[] = { -8, 1 << 20, INT64_MAX, -4 };

	memory[3].addr = sp + 4000;
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		memory[4].addr = sp + (uint64_t)far[i];
		learn(1);
		cr_expect_eq(find()->window_end, sp + 4008);
	}
	memory[4].addr = UINT64_MAX - 3; /* its end wraps around */
	learn(1);
	cr_expect_eq(find()->window_end, sp + 4008);
}
