// SPDX-License-Identifier: MIT
/*
 * Perf maps, which name code that a program generated: which names the code gets, and what a
 * hostile file can do.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "profile/symbols/perf_map.h"

static struct profile profile;
static uint32_t mapping;
static FILE *file;

static void setup(void)
{
	struct mapping anonymous = { .limit = UINT64_MAX };

	profile_init(&profile);
	anonymous.path = string_table_intern(&profile.strings, "[anon]");
	mapping = profile_intern_mapping(&profile, &anonymous);
	file = tmpfile();
	cr_assert_not_null(file);
}

static void teardown(void)
{
	fclose(file);
	profile_fini(&profile);
}

TestSuite(perf_map, .init = setup, .fini = teardown);

/* The reader needs no more memory for a line than for its beginning. */
Test(perf_map, an_endless_line_is_skipped)
{
	char *text = malloc((8 << 20) + 32);
	struct rlimit limit;
	uint32_t frame = profile_intern_frame(&profile, mapping, 0x5010);

	memset(text, 'x', 8 << 20);
	memcpy(text, "1000 10 ", 8);
	strcpy(text + (8 << 20), "\n5000 100 f\n");
	fputs(text, file);
	fflush(file);
	free(text);
	rewind(file);
	getrlimit(RLIMIT_AS, &limit);
	limit.rlim_cur = 1;  /* nothing more can be mapped */
#ifndef __SANITIZE_ADDRESS__ /* AddressSanitizer maps memory for itself */
	setrlimit(RLIMIT_AS, &limit);
#endif
	cr_expect_eq(perf_map_name_frames(&profile, 1, fileno(file)), 1);
	cr_expect_eq(profile.frames[frame].nr_lines, 1);
}

static uint32_t frame_at(uint64_t address)
{
	return profile_intern_frame(&profile, mapping, address);
}

static uint32_t name_frames(const char *text)
{
	cr_assert_eq(ftruncate(fileno(file), 0), 0);
	rewind(file);
	fputs(text, file);
	fflush(file);
	rewind(file);
	return perf_map_name_frames(&profile, 1, fileno(file));
}

/* Expects that @frame is "NAME FILE LINE". "" means that it has no name. */
static void expect_frame(uint32_t frame, const char *expected)
{
	const struct frame *named = &profile.frames[frame];
	char found[4096] = "";

	if (named->nr_lines) {
		const struct line *line = &profile.lines[named->first_line];
		const struct function *function = &profile.functions[line->function];

		snprintf(found, sizeof(found), "%s|%s|%u",
			 string_table_get(&profile.strings, function->name),
			 string_table_get(&profile.strings, function->file), line->line);
	}
	cr_expect_str_eq(found, expected);
}

Test(perf_map, a_name_is_that_of_the_range_that_holds_the_address)
{
	uint32_t before = frame_at(0xfff), first = frame_at(0x1000), last = frame_at(0x10ff);
	uint32_t after = frame_at(0x1100);

	cr_expect_eq(name_frames("1000 100 a name\n"), 2);
	expect_frame(before, "");
	expect_frame(first, "a name||0");
	expect_frame(last, "a name||0");
	expect_frame(after, "");
	cr_expect(perf_map_wants(&profile, before));
	cr_expect_not(perf_map_wants(&profile, first));
}

Test(perf_map, the_last_line_counts)
{
	uint32_t frame = frame_at(0x1010), other = frame_at(0x1040);

	cr_expect_eq(name_frames("1000 100 old\n1010 10 new\n2000 10 else"), 2);
	expect_frame(frame, "new||0");
	expect_frame(other, "old||0");
}

Test(perf_map, a_position_in_a_source_file_is_recognised)
{
	static const struct {
		const char *name;
		const char *expected;
	} cases[] = {
		{ "JS:*f /src/a.js:12:3", "JS:f|/src/a.js|12" },
		{ "JS:~ file:///src/a%20b.mjs:1:22", "JS:|file:///src/a%20b.mjs|1" },
		{ "LazyCompile:~g node:fs:735:18", "LazyCompile:~g|node:fs|735" },
		{ "py::f:/src/a b.py", "py::f|/src/a b.py|0" },
		{ "py::f:<frozen os>", "py::f:<frozen os>||0" },
		{ "JS:f /src/a.js:99999999999:3", "JS:f|/src/a.js|0" },
		{ "Lcom/a/B;::run", "Lcom/a/B;::run||0" },
		{ "stub 1:2", "stub 1:2||0" },
		{ "ratio x:1:y", "ratio x:1:y||0" },
		{ " /src/a.js:1:2", " /src/a.js:1:2||0" },
		{ ":1:2", ":1:2||0" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t frame = frame_at(0x1000 + i);
		char line[128];

		snprintf(line, sizeof(line), "%zx 1 %s\n", 0x1000 + i, cases[i].name);
		cr_expect_eq(name_frames(line), 1, "%s", line);
		expect_frame(frame, cases[i].expected);
	}
}

Test(perf_map, malformed_lines_are_skipped)
{
	uint32_t frame = frame_at(0x1000);

	cr_expect_eq(name_frames(""), 0);
	cr_expect_eq(
		name_frames("\n \n1000\n1000 \n1000 10\n1000 10 \n1000  10 x\nx 10 y\n-1000 10 y\n"
			    "1000 0 empty\n1001 ffffffffffffffff other\n"),
		0);
	expect_frame(frame, "");
	cr_expect_eq(name_frames("1000 10 good\nfffffffffffffffffff fffffffffffffffffffff big\n"),
		     1);
	expect_frame(frame, "good||0");
}

Test(perf_map, long_names_are_truncated)
{
	static char text[1 << 20];
	uint32_t frame = frame_at(0x1000);
	const char *name;

	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "1000 10 ", 8);
	cr_expect_eq(name_frames(text), 1);
	name = string_table_get(
		&profile.strings,
		profile.functions[profile.lines[profile.frames[frame].first_line].function].name);
	cr_expect_lt(strlen(name), 2000);
	cr_expect_gt(strlen(name), 1000);
}

Test(perf_map, code_of_files_is_left_alone)
{
	struct mapping library = { .limit = 0x10000 };
	uint32_t frame;

	library.path = string_table_intern(&profile.strings, "/usr/lib/x.so");
	frame = profile_intern_frame(&profile, profile_intern_mapping(&profile, &library), 0x1000);
	cr_expect_eq(name_frames("0 ffffffffff everything\n"), 0);
	expect_frame(frame, "");
}

Test(perf_map, lines_that_cover_everything_take_bounded_time, .timeout = 20)
{
	for (uint64_t i = 0; i < 100000; i++)
		frame_at(0x1000 + i);
	for (int i = 0; i < 100000; i++)
		fputs("0 ffffffffffffffff all\n", file);
	fflush(file);
	rewind(file);
	cr_expect_eq(perf_map_name_frames(&profile, 1, fileno(file)), 100000);
}
