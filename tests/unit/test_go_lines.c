// SPDX-License-Identifier: MIT
/*
 * Functions and lines from the function tables of Go programs: tables that are made by hand, and
 * stripped programs that are compiled here, if Go is installed.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "profile/symbols/binary.h"
#include "profile/symbols/go_lines.h"
#include "profile/util/xalloc.h"

/* Offsets in the table that is made by hand. */
enum {
	NAMES = 80,
	UNITS = 112,
	FILES = 128,
	VALUES = 144,
	FUNCTIONS = 176,
	DESCRIPTION = 32, /* counted from FUNCTIONS */
	TABLE_SIZE = 288,
	LAST_FIELD = 16, /* of the description since Go 1.20: the tree's offset in the other data */
	TREE = 8,
	DATA_SIZE = 32,
};

struct made {
	uint8_t table[TABLE_SIZE];
	uint8_t data[DATA_SIZE];
	size_t fields; /* where the description's fields start */
	bool has_offsets;
	bool has_start_lines;
};

static void put_word(uint8_t *bytes, size_t at, uint64_t value)
{
	memcpy(bytes + at, &value, sizeof(value));
}

static void put_half(uint8_t *bytes, size_t at, uint32_t value)
{
	memcpy(bytes + at, &value, sizeof(value));
}

static void put_header(struct made *made, uint8_t version)
{
	const uint64_t offsets[] = { NAMES, UNITS, FILES, VALUES, FUNCTIONS };
	const uint8_t header[] = { version, 0xff, 0xff, 0xff, 0, 0, 1, 8 };
	const size_t first = made->has_offsets ? 3 : 2;

	memcpy(made->table, header, sizeof(header));
	put_word(made->table, 8, 1);
	if (made->has_offsets)
		put_word(made->table, 8 + 2 * 8, 0x401000);
	for (size_t i = 0; i < 5; i++)
		put_word(made->table, 8 + (first + i) * 8, offsets[i]);
}

/* The function has 48 bytes of code: 16 of its own, 16 that are inlined, 16 of its own. */
static void put_texts_and_values(struct made *made)
{
	static const uint8_t paths[] = { 2, 16, 2, 16, 1, 16, 0 };
	static const uint8_t numbers[] = { 22, 16, 20, 16, 15, 16, 0 };
	static const uint8_t inlined[] = { 0, 16, 2, 16, 1, 16, 0 };

	memcpy(made->table + NAMES, "main.outer\0main.inner", 22);
	put_half(made->table, UNITS, UINT32_MAX);
	put_half(made->table, UNITS + 4, 1);
	put_half(made->table, UNITS + 8, 7);
	memcpy(made->table + FILES, "\0/a.go\0/b.go", 13);
	memcpy(made->table + VALUES + 1, paths, sizeof(paths));
	memcpy(made->table + VALUES + 10, numbers, sizeof(numbers));
	memcpy(made->table + VALUES + 20, inlined, sizeof(inlined));
}

static void put_description(struct made *made)
{
	uint32_t fields[17] = { 0, 0, 0, 0, 1, 10, 3, 1 };
	size_t nr = 8;

	if (made->has_start_lines)
		fields[nr++] = 9;
	fields[nr++] = 4u << 24;
	nr += 2;
	fields[nr++] = 20; /* the list of inlined functions */
	for (int i = 0; i < 3; i++)
		fields[nr++] = UINT32_MAX;
	fields[nr++] = TREE;
	memcpy(made->table + made->fields, fields, nr * sizeof(fields[0]));
}

static void put_function(struct made *made)
{
	if (made->has_offsets) {
		put_half(made->table, FUNCTIONS, 0x20);
		put_half(made->table, FUNCTIONS + 4, DESCRIPTION);
		put_half(made->table, FUNCTIONS + 8, 0x50);
	} else {
		put_word(made->table, FUNCTIONS, 0x401020);
		put_word(made->table, FUNCTIONS + 8, DESCRIPTION);
		put_word(made->table, FUNCTIONS + 16, 0x401050);
	}
}

/* Makes a table of the Go version whose header starts with @version. */
static struct made make(uint8_t version)
{
	struct made made = {
		.has_offsets = version != 0xfa,
		.has_start_lines = version == 0xf1,
	};

	made.fields = FUNCTIONS + DESCRIPTION + (made.has_offsets ? 4 : 8);
	put_header(&made, version);
	put_texts_and_values(&made);
	put_function(&made);
	put_description(&made);
	/* The call is at the second byte of the function. */
	put_half(made.data, TREE + (made.has_start_lines ? 4 : 12), 11);
	put_half(made.data, TREE + (made.has_start_lines ? 8 : 16), 2);
	put_half(made.data, TREE + 12, made.has_start_lines ? 18 : 11);
	return made;
}

/* Returns "function file:line" for each line, with `<` between, and frees the lines. */
static char *text_of(struct binary_lines *lines)
{
	char *text = xstrdup("");

	for (uint32_t i = 0; i < lines->nr; i++) {
		const struct binary_line *line = &lines->lines[i];
		char *longer = xasprintf("%s%s%s %s:%u", text, i ? " < " : "",
					 line->system_name ? line->system_name : "?",
					 line->file ? line->file : "?", line->line);

		free(text);
		text = longer;
	}
	binary_lines_fini(lines);
	return text;
}

static void expect_found(const struct made *made, uint64_t address, const char *expected)
{
	const struct go_lines go = { made->table, TABLE_SIZE, 0, made->data, DATA_SIZE };
	struct binary_lines lines;
	char *text;

	go_lines_find(&go, address, &lines);
	text = text_of(&lines);
	cr_expect_str_eq(text, expected, "version %x, address %lx: %s", made->table[0],
			 (unsigned long)address, text);
	free(text);
}

#define INLINED "main.inner /b.go:20 < main.outer /a.go:10"

Test(go_lines, each_version_has_names_files_and_lines)
{
	static const uint8_t versions[] = { 0xfa, 0xf0, 0xf1 };

	for (size_t i = 0; i < 3; i++) {
		struct made made = make(versions[i]);

		expect_found(&made, 0x40101f, "");
		expect_found(&made, 0x401020, "main.outer /a.go:10");
		expect_found(&made, 0x40102f, "main.outer /a.go:10");
		expect_found(&made, 0x40104f, "main.outer /a.go:12");
		expect_found(&made, 0x401050, "");
	}
}

Test(go_lines, inlined_functions_come_first)
{
	struct made old = make(0xf0), new = make(0xf1);

	expect_found(&old, 0x401030, INLINED);
	expect_found(&new, 0x40103f, INLINED);
}

Test(go_lines, functions_have_the_line_where_they_start)
{
	struct made made = make(0xf1);
	const struct go_lines go = { made.table, TABLE_SIZE, 0, made.data, DATA_SIZE };
	struct binary_lines lines;

	go_lines_find(&go, 0x401030, &lines);
	cr_assert_eq(lines.nr, 2);
	cr_expect_eq(lines.lines[0].start_line, 18);
	cr_expect_eq(lines.lines[1].start_line, 9);
	cr_expect_eq(lines.lines[1].entry, 0x401020);
	binary_lines_fini(&lines);
}

/* The line is that of the inlined function, so it must not be shown with the other's name. */
Test(go_lines, if_an_inlined_function_cannot_be_read_there_is_no_line)
{
	struct made oldest = make(0xfa), made = make(0xf1);

	expect_found(&oldest, 0x401030, "main.outer /a.go:0");
	put_half(made.data, TREE + 4, 12);
	expect_found(&made, 0x401030, "main.outer /a.go:0");
	made = make(0xf1);
	put_half(made.data, TREE + 8, 48);
	expect_found(&made, 0x401030, "main.outer /a.go:0");
	made = make(0xf1);
	put_half(made.table, made.fields + LAST_FIELD * 4, 17);
	expect_found(&made, 0x401030, "main.outer /a.go:0");
}

Test(go_lines, inlined_functions_that_call_themselves_end)
{
	struct made made = make(0xf1);

	put_half(made.data, TREE + 8, 16);
	expect_found(&made, 0x401030, "main.outer /a.go:0");
}

/* Any access outside of the table or of the data ends this test with SIGSEGV. */
static void read_all(const uint8_t *table, size_t size, const uint8_t *data, size_t data_size)
{
	const struct go_lines go = { table, size, 0, data, data_size };

	for (uint64_t address = 0x401018; address < 0x401058; address += 4) {
		struct binary_lines lines;

		go_lines_find(&go, address, &lines);
		binary_lines_fini(&lines);
	}
}

/* Returns the end of memory after which nothing is mapped. */
static uint8_t *memory_end(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *memory =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(memory, MAP_FAILED);
	cr_assert_eq(munmap(memory + page, page), 0);
	return memory + page;
}

Test(go_lines, damaged_tables_are_read_within_their_bounds)
{
	static const uint8_t versions[] = { 0xfa, 0xf0, 0xf1 };
	static const uint8_t damage[] = { 0, 0x7f, 0x80, 0xff };
	uint8_t *table = memory_end(), *data = memory_end();

	for (size_t i = 0; i < 3; i++) {
		struct made made = make(versions[i]);

		memcpy(data - DATA_SIZE, made.data, DATA_SIZE);
		for (size_t size = 0; size <= TABLE_SIZE; size++) {
			memcpy(table - size, made.table, size);
			read_all(table - size, size, data - DATA_SIZE, DATA_SIZE);
		}
		for (size_t at = 0; at < TABLE_SIZE * sizeof(damage); at++) {
			memcpy(table - TABLE_SIZE, made.table, TABLE_SIZE);
			table[(ssize_t)(at / sizeof(damage)) - TABLE_SIZE] =
				damage[at % sizeof(damage)];
			read_all(table - TABLE_SIZE, TABLE_SIZE, data - DATA_SIZE, DATA_SIZE);
		}
		memcpy(table - TABLE_SIZE, made.table, TABLE_SIZE);
		for (size_t size = 0; size < DATA_SIZE; size++)
			read_all(table - TABLE_SIZE, TABLE_SIZE, data - size, size);
	}
}

static char directory[] = "/tmp/test_go_lines.XXXXXX";

static void remove_directory(void)
{
	char *command = xasprintf("chmod -R u+w %s; rm -rf %s", directory, directory);

	cr_assert_eq(system(command), 0);
	free(command);
}

/* Some versions of Go make a build id of their own if none is given. */
#define BUILD_ID "00112233"

static bool build(const char *name, const char *flags, const char *mode)
{
	char *command =
		xasprintf("cd %s && HOME=%s GOFLAGS=-mod=mod CGO_ENABLED=0 go build "
			  "-ldflags='-B 0x" BUILD_ID " %s' -buildmode=%s -o %s main.go >log 2>&1",
			  directory, directory, flags, mode, name);
	bool is_good = system(command) == 0;

	free(command);
	return is_good;
}

static struct binary *open_program(const char *name)
{
	char *path = xasprintf("%s/%s", directory, name);
	struct binary *binary;

	cr_assert_eq(binary_open(&binary, path, BUILD_ID), 0, "%s", path);
	free(path);
	return binary;
}

static char *ask(struct binary *binary, uint64_t address)
{
	struct binary_lines lines;

	binary_find_lines(binary, address, &lines);
	return text_of(&lines);
}

/* Expects that both programs give the same for each byte of a function of package main. */
static unsigned int compare(struct binary *whole, struct binary *stripped, uint64_t start,
			    uint64_t size)
{
	unsigned int nr_inlined = 0;

	for (uint64_t address = start; address < start + size; address++) {
		char *expected = ask(whole, address), *text = ask(stripped, address);

		cr_expect_str_eq(text, expected);
		cr_expect_eq(strncmp(text, "main.", 5), 0, "%s", text);
		nr_inlined += strstr(text, " < ") != NULL;
		free(expected);
		free(text);
	}
	return nr_inlined;
}

static void compare_programs(const char *mode)
{
	unsigned int nr_functions = 0, nr_inlined = 0;
	struct binary *whole, *stripped;
	unsigned long start, size;
	char *command;
	FILE *pipe;

	cr_assert(build("whole", "", mode) && build("stripped", "-s -w", mode));
	whole = open_program("whole");
	stripped = open_program("stripped");
	command = xasprintf("nm -S %s/whole | grep -i ' t main\\.' | cut -d' ' -f1,2", directory);
	pipe = popen(command, "r");
	while (fscanf(pipe, "%lx %lx", &start, &size) == 2) {
		nr_inlined += compare(whole, stripped, start, size);
		nr_functions++;
	}
	pclose(pipe);
	free(command);
	cr_expect_geq(nr_functions, 3, "%s", mode);
	cr_expect_gt(nr_inlined, 0, "%s", mode);
	binary_close(whole);
	binary_close(stripped);
}

Test(go_lines, a_stripped_program_has_the_names_and_lines_of_the_whole_one,
     .fini = remove_directory)
{
	static const char source[] = "package main\n"
				     "type pair struct { a, b int }\n"
				     "func (p *pair) add(n int) { p.a += n; p.b -= n }\n"
				     "func outer(p *pair) {\n"
				     "	for i := 0; i < 9; i++ {\n"
				     "		p.add(i)\n"
				     "	}\n"
				     "	func() { defer println(p.a); p.add(p.b) }()\n"
				     "}\n"
				     "//go:noinline\n"
				     "func second(p *pair) { outer(p); println(p.b) }\n"
				     "func main() { second(&pair{}) }\n";
	char *path;
	FILE *file;

	cr_assert_not_null(mkdtemp(directory));
	if (system("command -v go >/dev/null && command -v nm >/dev/null") != 0)
		cr_skip_test("go or nm is not installed");
	path = xasprintf("%s/main.go", directory);
	file = fopen(path, "w");
	free(path);
	cr_assert_not_null(file);
	cr_assert_geq(fputs(source, file), 0);
	cr_assert_eq(fclose(file), 0);
	compare_programs("exe");
	compare_programs("pie");
}
