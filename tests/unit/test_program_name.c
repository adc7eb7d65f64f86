// SPDX-License-Identifier: MIT
/*
 * If a program was started by a symbolic link, it has the link's name in a report.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "analysis/program_name.h"

static struct profile profile;
static uint32_t frame;

static uint32_t intern(const char *text)
{
	return string_table_intern(&profile.strings, text);
}

static void start(const char *command, const char *process)
{
	struct function function = { 0 };
	struct sample_key key = { 0 };
	struct line line;

	profile_init(&profile);
	profile_set_fact(&profile, "command", "%s", command);
	profile_set_fact(&profile, "executable", "/usr/bin/redis-check-rdb");
	frame = profile_intern_frame(
		&profile,
		profile_intern_mapping(&profile,
				       &(struct mapping){
					       .path = intern("/usr/bin/redis-check-rdb"),
					       .limit = 0x10000,
				       }),
		0x1234);
	function.name = intern("redis-check-rdb+0x1234");
	line = (struct line){ .function = profile_intern_function(&profile, &function) };
	profile_set_lines(&profile, frame, &line, 1);
	key.process = intern(process);
	key.stack = stack_table_intern(&profile.stacks, 0, frame);
	profile_sample(&profile, &key)->calls = 1;
}

static void expect_file(const char *path, const char *function)
{
	const struct line *line = &profile.lines[profile.frames[frame].first_line];

	program_name_apply(&profile);
	cr_expect_str_eq(string_table_get(&profile.strings,
					  profile.mappings[profile.frames[frame].mapping].path),
			 path);
	cr_expect_str_eq(string_table_get(&profile.strings, profile.functions[line->function].name),
			 function);
	cr_expect_str_eq(profile_fact(&profile, "executable"), path);
	profile_fini(&profile);
}

Test(program_name, program_has_the_name_of_its_link)
{
	start("redis-server --port 1", "redis-server");
	expect_file("/usr/bin/redis-server", "redis-server+0x1234");
	start("/opt/links/redis-server", "redis-server");
	expect_file("/opt/links/redis-server", "redis-server+0x1234");
}

Test(program_name, long_names_are_compared_as_the_kernel_cuts_them)
{
	start("redis-server-with-a-long-name", "redis-server-wi");
	expect_file("/usr/bin/redis-server-with-a-long-name",
		    "redis-server-with-a-long-name+0x1234");
}

Test(program_name, scripts_and_other_processes_rename_nothing)
{
	start("/bin/sh ./deploy", "deploy");
	expect_file("/usr/bin/redis-check-rdb", "redis-check-rdb+0x1234");
	start("redis-server", "redis-cli");
	expect_file("/usr/bin/redis-check-rdb", "redis-check-rdb+0x1234");
}
