// SPDX-License-Identifier: MIT
/*
 * Lines of /proc/PID/maps: real ones, extreme ones, and lines that no kernel writes.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "helper/unwind/mapping.h"
#include "helper/unwind/maps.h"

static char buffer[512];
static struct maps_line parsed;

static bool parse(const char *line)
{
	snprintf(buffer, sizeof(buffer), "%s", line);
	memset(&parsed, 0xa5, sizeof(parsed));
	return maps_line_parse(buffer, &parsed);
}

Test(maps, line_of_a_file_has_all_its_fields)
{
	cr_assert(parse("7f0000026000-7f000017b0fc r-xp 00026000 fe:1a 1234567"
			"                    /usr/lib/x86_64-linux-gnu/libc.so.6\n"));
	cr_expect_eq(parsed.start, 0x7f0000026000);
	cr_expect_eq(parsed.end, 0x7f000017b0fc);
	cr_expect_eq(parsed.offset, 0x26000);
	cr_expect_eq(parsed.dev_major, 0xfe);
	cr_expect_eq(parsed.dev_minor, 0x1a);
	cr_expect_eq(parsed.inode, 1234567);
	cr_expect(parsed.is_readable && !parsed.is_writable && parsed.is_executable);
	cr_expect_str_eq(parsed.path, "/usr/lib/x86_64-linux-gnu/libc.so.6");
}

Test(maps, newline_is_optional_and_the_text_after_it_is_ignored)
{
	cr_assert(parse("1000-2000 rw-p 00000000 00:00 0 /x"));
	cr_expect_str_eq(parsed.path, "/x");
	cr_assert(parse("1000-2000 rw-p 00000000 00:00 0 /x\n2000-3000 junk"));
	cr_expect_str_eq(parsed.path, "/x");
}

Test(maps, anonymous_memory_has_an_empty_path)
{
	cr_assert(parse("7f0000000000-7f0000001000 rwxp 00000000 00:00 0 \n"));
	cr_expect_str_eq(parsed.path, "");
	cr_expect_eq(parsed.inode, 0);
	cr_assert(parse("7f0000000000-7f0000001000 rwxp 00000000 00:00 0\n"));
	cr_expect_str_eq(parsed.path, "");
}

Test(maps, names_of_the_kernel_are_kept)
{
	static const char *const names[] = { "[stack]",
					     "[heap]",
					     "[vdso]",
					     "[vsyscall]",
					     "[anon:name of its own]",
					     "/SYSV00000000 (deleted)",
					     "anon_inode:[perf_event]",
					     "/memfd:x (deleted)" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char line[128];

		snprintf(line, sizeof(line), "1000-2000 r--s 00000000 00:01 7   %s\n", names[i]);
		cr_assert(parse(line));
		cr_expect_str_eq(parsed.path, names[i]);
	}
}

Test(maps, path_keeps_its_spaces_and_its_last_characters)
{
	cr_assert(parse("1000-2000 r-xp 00000000 fe:00 1      /a  b/c d (deleted)\n"));
	cr_expect_str_eq(parsed.path, "/a  b/c d (deleted)");
	cr_assert(parse("1000-2000 r-xp 00000000 fe:00 1      /trailing \n"));
	cr_expect_str_eq(parsed.path, "/trailing ");
}

Test(maps, escaped_newline_in_a_path_is_unescaped)
{
	cr_assert(parse("1000-2000 r-xp 00000000 fe:00 1      /line\\012break\\012\n"));
	cr_expect_str_eq(parsed.path, "/line\nbreak\n");
	cr_assert(parse("1000-2000 r-xp 00000000 fe:00 1      /\\01 \\013 \\\n"));
	cr_expect_str_eq(parsed.path, "/\\01 \\013 \\");
}

Test(maps, permissions_are_independent)
{
	for (unsigned int bits = 0; bits < 16; bits++) {
		char line[64];

		snprintf(line, sizeof(line), "1000-2000 %c%c%c%c 0 0:0 0", bits & 1 ? 'r' : '-',
			 bits & 2 ? 'w' : '-', bits & 4 ? 'x' : '-', bits & 8 ? 's' : 'p');
		cr_assert(parse(line));
		cr_expect_eq(parsed.is_readable, !!(bits & 1));
		cr_expect_eq(parsed.is_writable, !!(bits & 2));
		cr_expect_eq(parsed.is_executable, !!(bits & 4));
	}
}

Test(maps, numbers_have_at_most_64_bits)
{
	cr_assert(parse("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]\n"));
	cr_expect_eq(parsed.start, 0xffffffffff600000);
	cr_assert(parse("0-ffffffffffffffff r--p ffffffffffffffff ffffffff:ffffffff "
			"18446744073709551615 /x"));
	cr_expect_eq(parsed.start, 0);
	cr_expect_eq(parsed.end, UINT64_MAX);
	cr_expect_eq(parsed.offset, UINT64_MAX);
	cr_expect_eq(parsed.dev_major, UINT32_MAX);
	cr_expect_eq(parsed.inode, UINT64_MAX);
	cr_expect_not(parse("0-10000000000000000 r--p 0 0:0 0 /x"));
	cr_expect_not(parse("0-1 r--p 10000000000000000 0:0 0 /x"));
	cr_expect_not(parse("0-1 r--p 0 0:0 18446744073709551616 /x"));
	cr_expect_not(parse("0-1 r--p 0 100000000:0 1 /x"), "a device number has 32 bits at most");
}

Test(maps, other_lines_are_refused)
{
	static const char *const lines[] = {
		"",
		"\n",
		" ",
		"-",
		"1000",
		"1000-",
		"1000-2000",
		"1000-2000 ",
		"1000-2000 r",
		"1000-2000 r-x",
		"1000-2000 r-xp",
		"1000-2000 r-xp ",
		"1000-2000 r-xp 0",
		"1000-2000 r-xp 0 ",
		"1000-2000 r-xp 0 0",
		"1000-2000 r-xp 0 0:",
		"1000-2000 r-xp 0 0:0",
		"1000-2000 r-xp 0 0:0 ",
		"1000-2000 r-xp 0 0:0 x",
		"1000-2000 r-xp 0 0:0 12a",
		"1000-2000 r-xp 0 0:0 /x",
		"1000-2000 r-xpp 0 0:0 0",
		"1000 2000 r-xp 0 0:0 0",
		"1000-2000  r-xp 0 0:0 0",
		" 1000-2000 r-xp 0 0:0 0",
		"-1000-2000 r-xp 0 0:0 0",
		"0x1000-0x2000 r-xp 0 0:0 0",
		"1000-2000 r-xp -1 0:0 0",
		"1000-2000 r-xp 0 0:0 -1",
		"2000-1000 r-xp 0 0:0 0",
		"1000-1000 r-xp 0 0:0 0",
		"Size:                  4 kB",
		"VmFlags: rd mr mw me dw sd",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		cr_expect_not(parse(lines[i]), "'%s'", lines[i]);
}

/* Copies the line to memory of its exact size, so that a sanitizer reports a read after it. */
static void check_mutant(const char *line, size_t length)
{
	char *copy = malloc(length + 1);
	struct maps_line result;

	memcpy(copy, line, length);
	copy[length] = '\0';
	if (maps_line_parse(copy, &result)) {
		cr_assert_lt(result.start, result.end);
		cr_assert(result.path >= copy && result.path <= copy + length);
		cr_assert_leq(strlen(result.path), length);
	}
	free(copy);
}

Test(maps, damaged_and_truncated_lines_do_no_harm)
{
	static const char good[] = "7f0000026000-7f000017b0fc r-xp 00026000 fe:1a 1234567    /l/x";
	static const char letters[] = "0f9-: \n/\\rwxp\xff\x01g";
	unsigned int seed = 1;

	for (size_t length = 0; length < sizeof(good); length++)
		check_mutant(good, length);
	for (unsigned int i = 0; i < 200000; i++) {
		char line[sizeof(good)];

		memcpy(line, good, sizeof(line));
		for (int change = rand_r(&seed) % 4; change >= 0; change--)
			line[(size_t)rand_r(&seed) % (sizeof(good) - 1)] =
				letters[(size_t)rand_r(&seed) % sizeof(letters)];
		check_mutant(line, sizeof(good) - 1);
	}
}

Test(maps, all_lines_of_this_process_can_be_parsed)
{
	FILE *file = fopen("/proc/self/maps", "re");
	char line[8192];
	uint64_t end = 0;
	unsigned int nr = 0;

	cr_assert_not_null(file);
	for (; fgets(line, sizeof(line), file); nr++) {
		char again[64];
		char copy[sizeof(line)];

		memcpy(copy, line, sizeof(line));
		cr_assert(maps_line_parse(copy, &parsed), "%s", line);
		snprintf(again, sizeof(again), "%08lx-%08lx %c%c%c", parsed.start, parsed.end,
			 parsed.is_readable ? 'r' : '-', parsed.is_writable ? 'w' : '-',
			 parsed.is_executable ? 'x' : '-');
		cr_expect_eq(strncmp(line, again, strlen(again)), 0, "%s", line);
		cr_assert_geq(parsed.start, end, "sorted");
		end = parsed.end;
	}
	fclose(file);
	cr_expect_gt(nr, 10);
}

Test(maps, the_mapping_of_an_address_is_found)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	char *three = mmap(NULL, 3 * page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const uint64_t middle = (uint64_t)(uintptr_t)three + page;
	struct address_range found;

	cr_assert_neq(three, MAP_FAILED);
	cr_assert_eq(mprotect(three + page, page, PROT_READ | PROT_WRITE), 0);
	found = mapping_find(getpid(), middle + 8);
	cr_expect_eq(found.start, middle);
	cr_expect_eq(found.end, middle + page);
	cr_assert_eq(munmap(three + page, page), 0);
	found = mapping_find(getpid(), middle + 8);
	cr_expect_eq(found.end, 0);
}
