// SPDX-License-Identifier: MIT
/*
 * Names and lines in programs that are compiled here, with each kind of debug information. The
 * programs print the address and line of their marks. If addr2line(1) is installed, it must give
 * the same answers.
 */
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <elfutils/libdwelf.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/symbols/binary.h"
#include "profile/symbols/binary_parts.h"
#include "profile/symbols/symbolize.h"
#include "profile/util/xalloc.h"

static char directory[] = "/tmp/test_binary.XXXXXX";

static void make_directory(void)
{
	cr_assert_not_null(mkdtemp(directory));
}

static void remove_directory(void)
{
	char *command = xasprintf("rm -rf %s", directory);

	cr_assert_eq(system(command), 0);
	free(command);
}

TestSuite(binary, .init = make_directory, .fini = remove_directory);

/* Runs a command in the test's directory. Returns true if it succeeded. */
#define SHELL(...) shell(xasprintf(__VA_ARGS__))

static bool shell(char *command)
{
	char *whole = xasprintf("cd %s && { %s; } >log 2>&1", directory, command);
	bool is_good = system(whole) == 0;

	free(whole);
	free(command);
	return is_good;
}

/* Compiles @source, a file of tests/unit/binary, to the program @name. */
static void compile(const char *source, const char *name, const char *flags)
{
	const char *top = getenv("top_srcdir") ? getenv("top_srcdir") : ".";
	bool is_cxx = strstr(source, ".cc") != NULL;

	if (is_cxx && !SHELL("command -v c++"))
		cr_skip_test("there is no C++ compiler");
	cr_assert(SHELL("%s %s -I%s %s/tests/unit/binary/%s -o %s",
			is_cxx ? "c++" : "${CC:-cc} -D_GNU_SOURCE", flags, top, top, source, name),
		  "%s %s", source, flags);
}

static char *path_of(const char *name)
{
	return xasprintf("%s/%s", directory, name);
}

/* Returns the first line that a command in the test's directory prints. */
static char *output_of(const char *command)
{
	char *whole = xasprintf("cd %s && %s", directory, command);
	char line[4096] = "";
	FILE *pipe = popen(whole, "r");

	free(whole);
	cr_assert_not_null(pipe);
	if (fgets(line, sizeof(line), pipe))
		line[strcspn(line, "\n")] = '\0';
	pclose(pipe);
	return xstrdup(line);
}

static char *build_id_of(int fd)
{
	Elf *elf;
	const void *bytes;
	ssize_t size;
	char *hex;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	size = dwelf_elf_gnu_build_id(elf, &bytes);
	hex = xcalloc(1, size > 0 ? 2 * (size_t)size + 1 : 1);
	for (ssize_t i = 0; i < size; i++)
		sprintf(hex + 2 * i, "%02x", ((const unsigned char *)bytes)[i]);
	elf_end(elf);
	return hex;
}

static char *build_id_of_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *hex;

	cr_assert_not_null(file, "%s", path);
	hex = build_id_of(fileno(file));
	fclose(file);
	return hex;
}

static struct binary *open_binary(const char *name)
{
	char *path = path_of(name);
	char *build_id = build_id_of_file(path);
	struct binary *binary;

	cr_assert_eq(binary_open(&binary, path, build_id), 0, "%s", name);
	free(path);
	free(build_id);
	return binary;
}

struct mark {
	char name[32];
	uint64_t address;
	uint32_t line;
};

/* Runs the program @name and returns what it prints about @mark. */
static struct mark mark_of(const char *name, const char *mark)
{
	char *command = xasprintf("./%s | grep '^%s '", name, mark);
	char *line = output_of(command);
	struct mark found;

	cr_assert_eq(sscanf(line, "%31s %lx %u", found.name, &found.address, &found.line), 3, "%s",
		     line);
	free(command);
	free(line);
	return found;
}

/* Finds @mark of the program @ran in @name, which may be a changed copy of that program. */
static struct binary_lines find(const char *ran, const char *name, const char *mark)
{
	struct binary *binary = open_binary(name);
	struct binary_lines lines;

	binary_find_lines(binary, mark_of(ran, mark).address, &lines);
	binary_close(binary);
	return lines;
}

/*
 * Returns "function file:line" for each line, innermost first, with `<` between, and without
 * directories.
 */
static char *text_of(const struct binary_lines *lines)
{
	char *text = xstrdup("");

	for (uint32_t i = 0; i < lines->nr; i++) {
		const struct binary_line *line = &lines->lines[i];
		char *name = symbolize_demangle(line->system_name ? line->system_name : "?");
		const char *slash = line->file ? strrchr(line->file, '/') : NULL;
		char *longer = xasprintf("%s%s%s %s:%u", text, i ? " < " : "", name,
					 slash ? slash + 1 : "?", line->line);

		free(name);
		free(text);
		text = longer;
	}
	return text;
}

static void assert_found(const char *ran, const char *name, const char *mark, const char *expected)
{
	struct binary_lines lines = find(ran, name, mark);
	char *text = text_of(&lines);

	cr_assert_str_eq(text, expected);
	free(text);
	binary_lines_fini(&lines);
}

/* Returns the same from the output of addr2line, in which functions and `file:line` alternate. */
static char *addr2line_text(const char *name, uint64_t address)
{
	char *command = xasprintf(
		"addr2line -ifC -e %s 0x%lx | sed -e 's/ (discriminator .*//' -e 's/:?$/:0/' "
		"-e 's|^/.*/||' -e 's/^??:/?:/' | paste -sd' ' | sed 's/\\(:[0-9]*\\) /\\1 < /g'",
		name, address);
	char *text = output_of(command);

	free(command);
	return text;
}

static void assert_addr2line_agrees(const char *name, const char *mark)
{
	uint64_t address = mark_of(name, mark).address;
	struct binary_lines lines = find(name, name, mark);
	char *text = text_of(&lines);
	char *expected;

	if (SHELL("command -v addr2line")) {
		expected = addr2line_text(name, address);
		cr_assert_str_eq(text, expected);
		free(expected);
	}
	free(text);
	binary_lines_fini(&lines);
}

static const char *const all_kinds[] = {
	"-O2 -g",
	"-O0 -g",
	"-O2 -g -gdwarf-4",
	"-O2 -g -gdwarf-5",
	"-O2 -g -no-pie -fno-pie",
	"-O2 -g -gz",
	/* addr2line does not understand the following ones. */
	"-O2 -g -gsplit-dwarf -gdwarf-4",
	"-O2 -g -gsplit-dwarf -gdwarf-5",
};

#define NR_KINDS (sizeof(all_kinds) / sizeof(all_kinds[0]))
#define NR_PLAIN (NR_KINDS - 2)

Test(binary, inlined_functions_come_innermost_first)
{
	for (size_t i = 0; i < NR_KINDS; i++) {
		struct mark mark;
		char *expected;

		compile("inlined.c", "program", all_kinds[i]);
		mark = mark_of("program", "inner");
		expected =
			xasprintf("inner inlined.c:%u < middle inlined.c:%u < outer inlined.c:%u",
				  mark.line, mark.line + 5, mark.line + 10);
		assert_found("program", "program", "inner", expected);
		free(expected);
	}
}

Test(binary, addr2line_agrees_about_every_mark_in_c)
{
	for (size_t i = 0; i < NR_PLAIN; i++) {
		compile("inlined.c", "program", all_kinds[i]);
		assert_addr2line_agrees("program", "inner");
		assert_addr2line_agrees("program", "hidden");
		assert_addr2line_agrees("program", "main");
	}
}

Test(binary, addr2line_agrees_about_every_mark_in_cplusplus)
{
	static const char *const marks[] = { "hidden", "template", "local" };

	for (int optimised = 0; optimised < 2; optimised++) {
		compile("scopes.cc", "program", optimised ? "-O2 -g" : "-O0 -g");
		for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
			assert_addr2line_agrees("program", marks[i]);
	}
}

Test(binary, cplusplus_names_have_their_scope)
{
	struct binary_lines lines;
	char *text;

	compile("scopes.cc", "program", "-O1 -g");
	lines = find("program", "program", "hidden");
	text = text_of(&lines);
	cr_assert(strstr(text, "outer::(anonymous namespace)::hidden::show(int)"), "%s", text);
	free(text);
	binary_lines_fini(&lines);
}

Test(binary, public_name_is_preferred_to_an_internal_one)
{
	struct binary_lines lines;

	compile("inlined.c", "program", "-O2 -g");
	lines = find("program", "program", "alias");
	cr_assert_eq(lines.nr, 1);
	cr_assert_str_eq(lines.lines[0].system_name, "public_name");
	binary_lines_fini(&lines);
}

Test(binary, function_has_the_line_where_it_starts)
{
	struct binary_lines lines;
	struct mark mark;

	compile("inlined.c", "program", "-O2 -g");
	mark = mark_of("program", "inner");
	lines = find("program", "program", "inner");
	cr_assert_eq(lines.lines[0].start_line, mark.line - 2);
	cr_assert_eq(lines.lines[1].start_line, mark.line + 3);
	cr_assert_eq(lines.lines[0].file[0], '/');
	binary_lines_fini(&lines);
}

Test(binary, without_debug_information_there_are_symbols)
{
	compile("inlined.c", "program", "-O2 -g0");
	assert_found("program", "program", "inner", "outer ?:0");
	assert_found("program", "program", "hidden", "hidden ?:0");
	assert_found("program", "program", "alias", "public_name ?:0");
}

Test(binary, stripped_program_has_its_dynamic_symbols_only)
{
	compile("inlined.c", "program", "-O2 -g -s -rdynamic");
	assert_found("program", "program", "inner", "outer ?:0");
	assert_found("program", "program", "hidden", "");
}

static char *name_at(struct binary *binary, uint64_t address)
{
	struct binary_lines lines;
	char *name;

	binary_find_lines(binary, address, &lines);
	name = xstrdup(lines.nr ? lines.lines[0].system_name : "");
	binary_lines_fini(&lines);
	return name;
}

/*
 * The C library: a file with thousands of symbols of all kinds, including labels and nested
 * symbols.
 */
Test(binary, announced_look_ups_give_the_same_answers_as_others)
{
	enum { NR_ADDRESSES = 4000, DISTANCE = 401 };
	struct binary *expecting, *asked;
	uint64_t addresses[NR_ADDRESSES];
	unsigned int nr_names = 0;

	cr_assert(
		SHELL("cp $(realpath /lib/x86_64-linux-gnu/libc.so.6 || realpath /lib64/libc.so.6) "
		      "expect.so && cp expect.so ask.so"));
	expecting = open_binary("expect.so");
	asked = open_binary("ask.so");
	binary_use_symbols_only(expecting);
	binary_use_symbols_only(asked);
	/* Not in order, and some addresses twice. */
	for (unsigned int i = 0; i < NR_ADDRESSES; i++)
		addresses[i] = 0x26000 + i * 7919ull % NR_ADDRESSES / 2 * 2 * DISTANCE;
	binary_expect(expecting, addresses, NR_ADDRESSES);
	for (unsigned int i = 0; i < NR_ADDRESSES; i++) {
		char *quick = name_at(expecting, addresses[i]);
		char *sorted = name_at(asked, addresses[i]);

		cr_assert_str_eq(quick, sorted, "at %lx", (unsigned long)addresses[i]);
		nr_names += quick[0] != '\0';
		free(quick);
		free(sorted);
	}
	cr_assert_gt(nr_names, NR_ADDRESSES / 4);
	binary_close(expecting);
	binary_close(asked);
}

Test(binary, debug_file_is_found_by_its_link)
{
	struct mark mark;
	char *expected;

	compile("inlined.c", "program", "-O2 -g");
	cr_assert(SHELL("objcopy --only-keep-debug program program.debug && "
			"objcopy -S --add-gnu-debuglink=program.debug program stripped"));
	mark = mark_of("program", "hidden");
	expected = xasprintf("hidden inlined.c:%u", mark.line);
	assert_found("program", "stripped", "hidden", expected);
	cr_assert(SHELL("mkdir .debug && mv program.debug .debug"));
	assert_found("program", "stripped", "hidden", expected);
	free(expected);
}

Test(binary, debug_file_without_build_id_must_have_the_checksum)
{
	struct mark mark;
	char *expected;

	compile("inlined.c", "program", "-O2 -g -Wl,--build-id=none");
	cr_assert(SHELL("objcopy --only-keep-debug program program.debug && "
			"objcopy -S --add-gnu-debuglink=program.debug program stripped"));
	mark = mark_of("program", "hidden");
	expected = xasprintf("hidden inlined.c:%u", mark.line);
	assert_found("program", "stripped", "hidden", expected);
	cr_assert(SHELL("printf x >>program.debug"));
	assert_found("program", "stripped", "hidden", "");
	free(expected);
}

Test(binary, debug_file_of_another_build_is_not_used)
{
	compile("inlined.c", "program", "-O2 -g");
	cr_assert(SHELL("objcopy --only-keep-debug program program.debug && "
			"objcopy -S --add-gnu-debuglink=program.debug program stripped"));
	compile("inlined.c", "other", "-O0 -g");
	cr_assert(SHELL("objcopy --only-keep-debug other program.debug"));
	assert_found("program", "stripped", "hidden", "");
}

Test(binary, plt_stubs_are_named_after_their_function)
{
	static const char *const kinds[] = { "-Wl,-z,lazy", "-Wl,-z,now",
					     "-fcf-protection -Wl,-z,lazy", "-no-pie -fno-pie" };

	if (!SHELL("command -v objdump"))
		cr_skip_test("there is no objdump");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct binary_lines lines;
		struct binary *binary;
		char *stub;

		compile("inlined.c", "program", kinds[i]);
		stub = output_of("objdump -d program | grep '<printf@plt>:'");
		cr_assert_neq(*stub, '\0', "%s", kinds[i]);
		binary = open_binary("program");
		binary_find_lines(binary, strtoul(stub, NULL, 16) + 1, &lines);
		cr_assert_eq(lines.nr, 1, "%s", kinds[i]);
		cr_assert_str_eq(lines.lines[0].system_name, "printf@plt");
		binary_lines_fini(&lines);
		binary_close(binary);
		free(stub);
	}
}

Test(binary, file_of_another_build_is_refused)
{
	struct binary *binary;
	char *path;

	compile("inlined.c", "program", "-O2 -g");
	path = path_of("program");
	cr_assert_eq(binary_open(&binary, path, "00112233"), -ESTALE);
	cr_assert_eq(binary_open(&binary, path, ""), -ESTALE);
	cr_assert_null(binary);
	free(path);
}

Test(binary, other_kinds_of_files_are_refused_without_waiting, .timeout = 10)
{
	struct binary *binary;
	char *path = path_of("thing");

	cr_assert_eq(binary_open(&binary, path, ""), -ENOENT);
	cr_assert(SHELL("echo text >thing"));
	cr_assert_eq(binary_open(&binary, path, ""), -ENOEXEC);
	cr_assert(SHELL("rm thing && mkfifo thing"));
	cr_assert_eq(binary_open(&binary, path, ""), -ENOEXEC);
	cr_assert_eq(binary_open(&binary, directory, ""), -ENOEXEC);
	cr_assert_eq(binary_open(&binary, "/dev/zero", ""), -ENOEXEC);
	free(path);
}

Test(binary, vdso_is_read_from_memory)
{
	void *vdso = dlopen("linux-vdso.so.1", RTLD_NOW | RTLD_NOLOAD);
	uint64_t address = vdso ? (uint64_t)dlsym(vdso, "__vdso_clock_gettime") : 0;
	struct binary_lines lines;
	struct binary *binary;
	struct link_map *map;
	char *build_id;
	int fd;

	if (!address)
		cr_skip_test("this kernel has no vdso");
	cr_assert_eq(dlinfo(vdso, RTLD_DI_LINKMAP, &map), 0);
	fd = binary_open_vdso();
	cr_assert_geq(fd, 0);
	build_id = build_id_of(fd);
	close(fd);
	cr_assert_eq(binary_open(&binary, "[vdso]", build_id), 0);
	binary_find_lines(binary, address - map->l_addr + 1, &lines);
	cr_assert_eq(lines.nr, 1);
	cr_assert(strstr(lines.lines[0].system_name, "clock_gettime"));
	binary_lines_fini(&lines);
	binary_close(binary);
	cr_assert_eq(binary_open(&binary, "[vdso]", "00"), -ESTALE);
	free(build_id);
	dlclose(vdso);
}
