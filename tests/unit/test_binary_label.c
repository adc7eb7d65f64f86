// SPDX-License-Identifier: MIT
/*
 * Functions of assembly code without a size, in a stripped library such as musl's. After memset,
 * there are local functions that have no names.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/symbols/binary.h"
#include "profile/util/xalloc.h"

static const char assembly[] = ".text\n"
			       ".globl first\n.type first, @function\n"
			       "first: xor %eax, %eax\n nop\n ret\n"
			       ".type inner, @function\n"
			       "inner: mov $39, %eax\n syscall\n ret\n"
			       ".globl last\n.type last, @function\n"
			       "last: nop\n ret\n";

static char directory[] = "/tmp/scprof-label.XXXXXX";

static bool shell(const char *command)
{
	char *whole = xasprintf("cd %s && { %s; } >log 2>&1", directory, command);
	bool is_good = system(whole) == 0;

	free(whole);
	return is_good;
}

static void build(void)
{
	char *path;
	FILE *file;

	cr_assert_not_null(mkdtemp(directory));
	path = xasprintf("%s/a.s", directory);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fputs(assembly, file);
	fclose(file);
	free(path);
	cr_assert(
		shell("${CC:-cc} -shared -nostdlib "
		      "-Wl,--build-id=0x0123456789abcdef a.s -o full.so && strip -o a.so full.so"));
}

static void clean_up(void)
{
	char *command = xasprintf("rm -rf %s", directory);

	cr_assert_eq(system(command), 0);
	free(command);
}

TestSuite(binary_label, .init = build, .fini = clean_up);

/* Returns the address of @symbol before the library was stripped. */
static uint64_t address_of(const char *symbol)
{
	char *command = xasprintf("nm %s/full.so | grep ' %s$'", directory, symbol);
	FILE *pipe = popen(command, "r");
	unsigned long address = 0;

	cr_assert_not_null(pipe);
	cr_assert_eq(fscanf(pipe, "%lx", &address), 1, "%s", symbol);
	pclose(pipe);
	free(command);
	return address;
}

static void expect_name(struct binary *binary, uint64_t address, const char *wanted)
{
	struct binary_lines lines;

	binary_find_lines(binary, address, &lines);
	cr_expect_str_eq(lines.nr ? lines.lines[0].system_name : "", wanted);
	binary_lines_fini(&lines);
}

Test(binary_label, label_without_a_size_does_not_name_the_local_functions_after_it)
{
	const uint64_t addresses[] = { address_of("first") + 2, address_of("inner") + 5,
				       address_of("last") };
	char *path = xasprintf("%s/a.so", directory);

	for (int announces = 0; announces < 2; announces++) {
		struct binary *binary;

		cr_assert_eq(binary_open(&binary, path, "0123456789abcdef"), 0);
		if (announces)
			binary_expect(binary, addresses, 3);
		expect_name(binary, addresses[0], "first");
		expect_name(binary, addresses[1], "");
		expect_name(binary, addresses[2], "last");
		binary_close(binary);
	}
	free(path);
}
