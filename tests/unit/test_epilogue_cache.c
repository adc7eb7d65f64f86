// SPDX-License-Identifier: MIT
/*
 * Answers about the code of one file, which may be mapped at several addresses. The tests change
 * the code between two questions. That does not happen to the code of a file, so it shows whether
 * the cache decoded the code again.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "helper/elf/elf_file.h"
#include "helper/unwind/epilogue_cache.h"

#define VADDR	  0x1000u
#define CODE_SIZE 64u
#define POPS_RAX  0x58

static const char pops_rbx[] = "\x5b\xc3";		 /* pop %rbx; ret */
static const char jumps_away[] = "\xe9\x7b\x00\x00\x00"; /* to VADDR + 128 */
static const char halts[] = "\x90\xf4";			 /* nop; hlt */

static uint8_t code[CODE_SIZE], other_code[CODE_SIZE];
static struct region region;
static struct elf_file file;
static struct epilogue epilogue;
static size_t readable; /* bytes of each instruction that the test can read */

static size_t read_code(uint64_t addr, uint8_t *bytes, void *argument)
{
	uint64_t at = addr - region.bias - VADDR;

	(void)argument;
	memcpy(bytes, at < CODE_SIZE ? code + at : other_code + at - 128, CODE_READ_MAX);
	return readable;
}

static void place(uint64_t start)
{
	region.start = start;
	region.end = start + CODE_SIZE;
	region.bias = start - VADDR;
}

static void setup(void)
{
	file = (struct elf_file){ .refs = 1 };
	region = (struct region){ .file = &file, .is_executable = true };
	readable = CODE_READ_MAX;
	memset(code, 0x90, sizeof(code));
	memset(other_code, 0x90, sizeof(other_code));
	place(0x7f0000);
}

static void teardown(void)
{
	epilogue_cache_free(file.epilogues);
}

TestSuite(epilogue_cache, .init = setup, .fini = teardown);

#define WRITE(to, bytes) memcpy(to, bytes, sizeof(bytes) - 1)

static bool find(bool has_called)
{
	return epilogue_cache_find(&region, region.start, has_called, read_code, NULL, &epilogue);
}

/* Returns true if the code at the beginning of the region restores rbx. */
static bool restores_rbx(void)
{
	cr_assert(find(true));
	return epilogue.saved_mask & 1u << 3;
}

Test(epilogue_cache, code_of_a_file_is_decoded_once)
{
	WRITE(code, pops_rbx);
	cr_expect(restores_rbx());
	cr_expect_eq(epilogue.return_addr.distance, 8);
	code[0] = POPS_RAX;
	cr_expect(restores_rbx());
	cr_expect_eq(epilogue.return_addr.distance, 8);
}

Test(epilogue_cache, an_answer_holds_wherever_the_file_is_mapped)
{
	WRITE(code, pops_rbx);
	cr_expect(restores_rbx());
	code[0] = POPS_RAX;
	place(0x550000);
	cr_expect(restores_rbx());
}

Test(epilogue_cache, another_file_has_other_answers)
{
	struct elf_file other = { .refs = 1 };

	WRITE(code, pops_rbx);
	cr_expect(restores_rbx());
	code[0] = POPS_RAX;
	region.file = &other;
	cr_expect_not(restores_rbx());
	epilogue_cache_free(other.epilogues);
}

Test(epilogue_cache, code_without_a_file_is_decoded_each_time)
{
	region.file = NULL;
	WRITE(code, pops_rbx);
	cr_expect(restores_rbx());
	code[0] = POPS_RAX;
	cr_expect_not(restores_rbx());
}

Test(epilogue_cache, code_of_which_only_a_part_is_mapped_is_decoded_again)
{
	WRITE(code, pops_rbx);
	cr_expect(restores_rbx());
	code[0] = POPS_RAX;
	region.end = region.start + CODE_READ_MAX / 2;
	cr_expect_not(restores_rbx());
}

Test(epilogue_cache, an_answer_that_depends_on_other_regions_is_not_kept)
{
	WRITE(code, jumps_away);
	WRITE(other_code, pops_rbx);
	cr_expect(restores_rbx());
	other_code[0] = POPS_RAX;
	cr_expect_not(restores_rbx());
}

Test(epilogue_cache, an_answer_from_code_that_could_not_be_read_is_not_kept)
{
	readable = 0;
	WRITE(code, pops_rbx);
	cr_expect_not(find(true));
	readable = CODE_READ_MAX;
	cr_expect(restores_rbx());
}

Test(epilogue_cache, code_after_a_call_is_a_separate_question)
{
	/* After a call, the beginning of a function shows that the call does not return. */
	WRITE(code, "\x55\x5d\xc3"); /* push %rbp; pop %rbp; ret */
	cr_expect_not(find(true));
	cr_expect(find(false));
	cr_expect_not(find(true));
}

Test(epilogue_cache, the_end_of_a_thread_is_a_separate_question)
{
	WRITE(code, halts);
	cr_expect_not(find(true));
	cr_expect(epilogue_cache_is_thread_end(&region, region.start, read_code, NULL));
	code[1] = 0xc3;
	cr_expect(epilogue_cache_is_thread_end(&region, region.start, read_code, NULL));
	cr_expect_not(find(true));
}

#define LARGE_NR 4000u /* answers about a large file */

static unsigned int nr_reads;

/* All code of the large file is `pop %rbx; ret`. */
static size_t read_pairs(uint64_t addr, uint8_t *bytes, void *argument)
{
	(void)argument;
	for (unsigned int i = 0; i < CODE_READ_MAX; i++)
		bytes[i] = (uint8_t)pops_rbx[(addr + i) % 2];
	nr_reads++;
	return CODE_READ_MAX;
}

static unsigned int reads_of_all_answers(void)
{
	nr_reads = 0;
	for (unsigned int i = 0; i < LARGE_NR; i++)
		cr_assert(epilogue_cache_find(&region, region.start + (uint64_t)i * 64, true,
					      read_pairs, NULL, &epilogue));
	return nr_reads;
}

Test(epilogue_cache, has_room_for_most_answers_about_a_large_file)
{
	unsigned int first;

	region.end = region.start + LARGE_NR * 64 + CODE_READ_MAX;
	first = reads_of_all_answers();
	cr_expect_geq(first, LARGE_NR);
	cr_expect_lt(reads_of_all_answers(), first / 3);
}

Test(epilogue_cache, the_way_from_the_start_of_a_function_is_decoded_once)
{
	struct prologue prologue;

	WRITE(code, "\x53\x50\x90"); /* push %rbx; push %rax */
	cr_assert(epilogue_cache_follow(&region, region.start, region.start + 2, read_code, NULL,
					&prologue));
	cr_expect_eq(prologue.depth, 16);
	code[1] = 0x90;
	cr_assert(epilogue_cache_follow(&region, region.start, region.start + 2, read_code, NULL,
					&prologue));
	cr_expect_eq(prologue.depth, 16);
	/* If the function starts elsewhere, the cache must not return the same answer. */
	cr_assert(epilogue_cache_follow(&region, region.start + 1, region.start + 2, read_code,
					NULL, &prologue));
	cr_expect_eq(prologue.depth, 0);
}

Test(epilogue_cache, main_is_found_once_and_moves_with_its_file)
{
	uint64_t start = 0;

	WRITE(code, "\x48\x8d\x3d\x10\0\0\0"); /* lea 16(%rip),%rdi */
	cr_assert(epilogue_cache_find_main(&region, region.start, read_code, NULL, &start));
	cr_expect_eq(start, region.start + 7 + 16);
	code[3] = 32;
	place(0x550000);
	cr_assert(epilogue_cache_find_main(&region, region.start, read_code, NULL, &start));
	cr_expect_eq(start, region.start + 7 + 16);
}
