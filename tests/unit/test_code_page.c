// SPDX-License-Identifier: MIT
/*
 * Code pages of invented threads. Functions of this test read their memory, in place of
 * remote_memory.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "helper/trace/remote_memory.h"
#include "helper/unwind/code_page.h"

#define PAGE	   4096u
#define START	   0x7f0000000000u
#define NR_THREADS 2

static uint64_t memory[NR_THREADS][2 * PAGE / sizeof(uint64_t)]; /* indexed by thread id */
static bool is_unreadable;
static unsigned int nr_reads;

size_t remote_memory_read(pid_t tid, uint64_t addr, void *buffer, size_t size)
{
	nr_reads++;
	if (is_unreadable)
		return 0;
	memcpy(buffer, (const uint8_t *)memory[tid] + (addr - START), size);
	return size;
}

bool remote_memory_word(pid_t tid, uint64_t addr, uint64_t *value)
{
	return remote_memory_read(tid, addr, value, sizeof(*value)) == sizeof(*value);
}

static uint64_t now(void)
{
	return __builtin_ia32_rdtsc();
}

static uint64_t word(pid_t tid, uint64_t addr, uint64_t since)
{
	uint64_t value = 0;

	cr_assert(code_page_word(tid, addr, since, &value));
	return value;
}

Test(code_page, one_read_serves_all_calls_that_were_made_before_it)
{
	const uint64_t first = now(), second = now();

	memory[0][0] = 1;
	memory[0][1] = 2;
	cr_expect_eq(word(0, START, second), 1);
	cr_expect_eq(word(0, START + 8, second), 2);
	cr_expect_eq(word(0, START, first), 1);
	cr_expect_eq(nr_reads, 1);
}

Test(code_page, a_later_call_reads_the_code_again)
{
	memory[0][0] = 1;
	cr_expect_eq(word(0, START, now()), 1);
	memory[0][0] = 2;
	cr_expect_eq(word(0, START, now()), 2);
}

Test(code_page, code_that_must_be_current_is_read_each_time)
{
	memory[0][0] = 1;
	cr_expect_eq(word(0, START, now()), 1);
	memory[0][0] = 2;
	cr_expect_eq(word(0, START, CODE_PAGE_NOW), 2);
	memory[0][0] = 3;
	cr_expect_eq(word(0, START, CODE_PAGE_NOW), 3);
}

Test(code_page, each_thread_has_its_own_pages)
{
	const uint64_t since = now();

	memory[0][0] = 1;
	memory[1][0] = 2;
	cr_expect_eq(word(0, START, since), 1);
	cr_expect_eq(word(1, START, since), 2);
	cr_expect_eq(word(0, START, since), 1);
}

Test(code_page, a_word_may_lie_in_two_pages)
{
	const uint64_t since = now(), expected = 0x0102030405060708u;

	memcpy((uint8_t *)memory[0] + PAGE - 3, &expected, sizeof(expected));
	cr_expect_eq(word(0, START + PAGE - 3, since), expected);
	cr_expect_eq(word(0, START + PAGE - 8, since), memory[0][PAGE / 8 - 1]);
}

Test(code_page, a_failed_read_is_repeated)
{
	const uint64_t since = now();
	uint64_t value;

	memory[0][0] = 1;
	is_unreadable = true;
	cr_expect_not(code_page_word(0, START, since, &value));
	is_unreadable = false;
	cr_expect_eq(word(0, START, since), 1);
}
