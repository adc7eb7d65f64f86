/* SPDX-License-Identifier: MIT */
/*
 * What scprof finds out about code of this program's C library: where functions begin and end, and
 * what refers to them. Also the function tables of Go programs, made by hand.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "helper/elf/code_map.h"
#include "profile/symbols/go_table.h"
#include "tests/unit/own_elf.h"

static struct own_elf libc;

static struct elf_file *open_libc(void)
{
	struct elf_file *file;

	cr_assert(own_elf_find((const void *)getppid, &libc));
	file = own_elf_open(libc.path);
	cr_assert_not_null(file);
	return file;
}

static uint64_t vaddr_of(void (*function)(void))
{
	return (uint64_t)(uintptr_t)function - libc.bias;
}

#define VADDR(function) vaddr_of((void (*)(void))(function))

Test(code_map, a_function_ends_before_the_next_one)
{
	struct elf_file *file = open_libc();
	struct code_extent extent, next;

	cr_assert(code_map_find(file, VADDR(getppid) + 1, &extent));
	cr_expect_eq(extent.start, VADDR(getppid));
	cr_expect_gt(extent.function_end, extent.start);
	cr_expect_geq(extent.end, extent.function_end);
	cr_expect_lt(extent.end, extent.start + 128);
	cr_assert(code_map_find(file, extent.end, &next));
	cr_expect_eq(next.start, extent.end);
	elf_file_put(file);
}

Test(code_map, addresses_outside_of_code_have_no_bounds)
{
	struct elf_file *file = open_libc();
	struct code_extent extent;

	cr_expect_not(code_map_find(file, 0, &extent));
	cr_expect_not(code_map_find(file, UINT64_MAX, &extent));
	elf_file_put(file);
}

Test(code_map, functions_and_targets_of_calls_are_referred_to)
{
	struct elf_file *file = open_libc();
	uint64_t addr = VADDR(getppid);

	cr_expect(code_map_is_referred_to(file, addr, 1));
	cr_expect_not(code_map_is_referred_to(file, addr + 1, 1));
	cr_expect(code_map_is_referred_to(file, addr - 2, 3), "the range's last byte was ignored");
	cr_expect(code_map_is_referred_to(file, UINT64_MAX - 16, 1), "it cannot be examined");
	elf_file_put(file);
}

static void put(uint8_t *table, size_t at, uint64_t value)
{
	memcpy(table + at, &value, sizeof(value));
}

static void put_half(uint8_t *table, size_t at, uint32_t value)
{
	memcpy(table + at, &value, sizeof(value));
}

Test(go_table, positions_are_relative_to_the_text_since_go_1_18)
{
	uint8_t table[128] = { 0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8 };
	uint64_t *starts = NULL;

	put(table, 8, 2);
	put(table, 8 + 2 * 8, 0x401000);
	put(table, 8 + 7 * 8, 96);
	put_half(table, 96, 0x20);
	put_half(table, 96 + 8, 0x140);
	put_half(table, 96 + 16, 0x200);
	cr_assert_eq(go_table_starts(table, sizeof(table), 0, &starts), 3);
	cr_expect_eq(starts[0], 0x401020);
	cr_expect_eq(starts[1], 0x401140);
	cr_expect_eq(starts[2], 0x401200);
	free(starts);
	put(table, 8 + 2 * 8, 0);
	cr_assert_eq(go_table_starts(table, sizeof(table), 0x7000, &starts), 3);
	cr_expect_eq(starts[0], 0x7020);
	free(starts);
}

Test(go_table, positions_are_addresses_before_go_1_18)
{
	uint8_t table[128] = { 0xfa, 0xff, 0xff, 0xff, 0, 0, 1, 8 };
	uint64_t *starts = NULL;

	put(table, 8, 1);
	put(table, 8 + 6 * 8, 80);
	put(table, 80, 0x401020);
	put(table, 96, 0x401200);
	cr_assert_eq(go_table_starts(table, sizeof(table), 0, &starts), 2);
	cr_expect_eq(starts[0], 0x401020);
	cr_expect_eq(starts[1], 0x401200);
	free(starts);
}

Test(go_table, a_table_that_is_too_short_is_refused)
{
	uint8_t table[128] = { 0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8 };
	uint64_t *starts = NULL;

	put(table, 8 + 2 * 8, 0x401000);
	put(table, 8 + 7 * 8, 96);
	for (uint64_t nr = 0; nr < 8; nr++) {
		put(table, 8, nr);
		starts = NULL;
		cr_expect_eq(go_table_starts(table, sizeof(table), 0, &starts) != 0,
			     nr > 0 && nr <= 3, "%d", (int)nr);
		free(starts);
	}
	put(table, 8, 1);
	put(table, 8 + 7 * 8, 129);
	cr_expect_eq(go_table_starts(table, sizeof(table), 0, &starts), 0);
	put(table, 8 + 7 * 8, UINT64_MAX - 8);
	cr_expect_eq(go_table_starts(table, sizeof(table), 0, &starts), 0);
	cr_expect_eq(go_table_starts(table, 64, 0, &starts), 0);
	table[0] = 0xf2;
	cr_expect_eq(go_table_starts(table, sizeof(table), 0, &starts), 0);
}

/* Makes a table of two functions, main.work and runtime.goexit.abi0. */
static void make_table(uint8_t table[static 256])
{
	static const uint8_t header[] = { 0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8 };

	memset(table, 0, 256);
	memcpy(table, header, sizeof(header));
	put(table, 8, 2);
	put(table, 8 + 2 * 8, 0x401000);
	put(table, 8 + 3 * 8, 200); /* names */
	put(table, 8 + 7 * 8, 96);
	memcpy(table + 200, "main.work\0runtime.goexit.abi0", 30);
	/*
	 * First the pairs (position, offset of the description, counted from 96); then the
	 * descriptions (position, name).
	 */
	put_half(table, 96, 0x20);
	put_half(table, 100, 40);
	put_half(table, 104, 0x140);
	put_half(table, 108, 48);
	put_half(table, 112, 0x200);
	put_half(table, 96 + 44, 0);
	put_half(table, 96 + 52, 10);
}

Test(go_table, stacks_end_in_functions_with_certain_names)
{
	uint8_t table[256];
	struct go_range ranges[GO_MAX_STACK_ENDS];

	make_table(table);
	cr_assert_eq(go_table_stack_ends(table, sizeof(table), 0, ranges), 1);
	cr_expect_eq(ranges[0].start, 0x401140);
	cr_expect_eq(ranges[0].end, 0x401200);
	put_half(table, 96 + 52, 11);
	cr_expect_eq(go_table_stack_ends(table, sizeof(table), 0, ranges), 0, "another name");
	put_half(table, 96 + 52, 1000);
	put_half(table, 100, 1000);
	cr_expect_eq(go_table_stack_ends(table, sizeof(table), 0, ranges), 0, "outside");
	put_half(table, 96 + 52, (uint32_t)-300);
	cr_expect_eq(go_table_stack_ends(table, sizeof(table), 0, ranges), 0, "in front");
}

Test(go_table, frame_sizes_change_with_the_code)
{
	uint8_t table[256] = { 0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8 };
	/* From -1 to 0 for 4 bytes, to 24 for 16 bytes, back to 0 for 12 bytes, and the end. */
	static const uint8_t pairs[] = { 2, 4, 48, 16, 47, 12, 0 };
	uint64_t size = 99;

	put(table, 8, 1);
	put(table, 8 + 2 * 8, 0x401000);
	put(table, 8 + 6 * 8, 200);
	put(table, 8 + 7 * 8, 96);
	put_half(table, 96, 0x20);
	put_half(table, 100, 40);
	put_half(table, 104, 0x40);
	put_half(table, 96 + 40 + 16, 5);
	memcpy(table + 205, pairs, sizeof(pairs));
	cr_assert(go_table_frame_size(table, sizeof(table), 0, 0x401023, &size));
	cr_expect_eq(size, 0);
	cr_assert(go_table_frame_size(table, sizeof(table), 0, 0x401024, &size));
	cr_expect_eq(size, 24);
	cr_assert(go_table_frame_size(table, sizeof(table), 0, 0x401034, &size));
	cr_expect_eq(size, 0);
	cr_expect_not(go_table_frame_size(table, sizeof(table), 0, 0x40101f, &size));
	cr_expect_not(go_table_frame_size(table, sizeof(table), 0, 0x401040, &size));
	put_half(table, 96 + 40 + 16, 0);
	cr_expect_not(go_table_frame_size(table, sizeof(table), 0, 0x401024, &size), "none");
	put_half(table, 96 + 40 + 16, 1000);
	cr_expect_not(go_table_frame_size(table, sizeof(table), 0, 0x401024, &size), "outside");
}

Test(go_table, a_function_that_runs_on_another_stack_has_no_frame_size)
{
	uint8_t table[256] = { 0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8 };
	static const uint8_t pairs[] = { 50, 64, 0 };
	uint64_t size = 99;

	put(table, 8, 1);
	put(table, 8 + 2 * 8, 0x401000);
	put(table, 8 + 3 * 8, 220); /* names */
	put(table, 8 + 6 * 8, 200);
	put(table, 8 + 7 * 8, 96);
	put_half(table, 96, 0x20);
	put_half(table, 100, 40);
	put_half(table, 104, 0x40);
	put_half(table, 96 + 40 + 16, 5);
	memcpy(table + 205, pairs, sizeof(pairs));
	memcpy(table + 220, "runtime.nanotime1.abi0", 23);
	cr_expect_not(go_table_frame_size(table, sizeof(table), 0, 0x401024, &size));
	memcpy(table + 220, "runtime.nanotime1.abi1", 23);
	cr_assert(go_table_frame_size(table, sizeof(table), 0, 0x401024, &size));
	cr_expect_eq(size, 24);
}

Test(go_table, a_table_among_other_data_is_found)
{
	uint8_t data[512] = { 0 };

	cr_expect_eq(go_table_find(data, sizeof(data)), sizeof(data));
	/* The first bytes alone are no table. */
	memcpy(data + 64, "\xf1\xff\xff\xff\0\0\1\x08", 8);
	make_table(data + 168);
	cr_expect_eq(go_table_find(data, sizeof(data)), 168);
	cr_expect_eq(go_table_find(data, 168 + 200), 168 + 200, "its names are missing");
	cr_expect_eq(go_table_find(data, 170), 170);
}

Test(go_table, data_that_looks_like_a_table_is_not_one)
{
	uint8_t table[256];

	make_table(table);
	cr_assert_eq(go_table_find(table, sizeof(table)), 0);
	put_half(table, 104, 0x20);
	cr_expect_eq(go_table_find(table, sizeof(table)), sizeof(table), "positions ascend");
	make_table(table);
	put(table, 8 + 2 * 8, 0);
	put_half(table, 96, 0);
	cr_expect_eq(go_table_find(table, sizeof(table)), sizeof(table), "it has no address");
	make_table(table);
	table[200 + 10] = 'R';
	cr_expect_eq(go_table_find(table, sizeof(table)), sizeof(table), "no stack ends there");
}
