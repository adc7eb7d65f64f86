// SPDX-License-Identifier: MIT
/*
 * Makes and prints profiles for the tests that are scripts, and the expected files of
 * tests/golden/:
 *
 *   profile_tool write FILE [SEED]  writes the small test profile, or a random one
 *   profile_tool name FILE NAME     writes one with 3 reads of 1 ns by a function called NAME
 *   profile_tool totals FILE        prints "calls errors time_ns bytes"
 *   profile_tool print FILE         prints everything that is in the profile
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/pprof/pprof.h"
#include "tests/pprof/made_profile.h"

static int fail(const char *message)
{
	fprintf(stderr, "profile_tool: %s\n", message);
	return EXIT_FAILURE;
}

static int tool_write(const char *path, const char *seed)
{
	struct profile profile;
	int err;

	if (seed)
		made_profile_random(&profile, (unsigned int)atoi(seed));
	else
		made_profile_small(&profile);
	err = pprof_write(&profile, path);
	profile_fini(&profile);
	return err ? fail(strerror(-err)) : EXIT_SUCCESS;
}

static int tool_name(const char *path, const char *name)
{
	struct mapping mapping = { .limit = 0x1000 };
	struct function function = { .name = 0 };
	struct line line = { .line = 1 };
	struct sample_key key = { .bucket = 1 };
	struct profile profile;
	struct sample *sample;
	uint32_t frame;
	int err;

	profile_init(&profile);
	mapping.path = string_table_intern(&profile.strings, "/usr/bin/named");
	frame = profile_intern_frame(&profile, profile_intern_mapping(&profile, &mapping), 16);
	function.name = string_table_intern(&profile.strings, name);
	line.function = profile_intern_function(&profile, &function);
	profile_set_lines(&profile, frame, &line, 1);
	key.stack = stack_table_intern(&profile.stacks, 0, frame);
	sample = profile_sample(&profile, &key);
	sample->calls = 3;
	sample->time_ns = 3;
	err = pprof_write(&profile, path);
	profile_fini(&profile);
	return err ? fail(strerror(-err)) : EXIT_SUCCESS;
}

static int tool_show(const char *path, bool only_totals)
{
	char error[PPROF_ERROR_SIZE];
	struct profile profile;
	struct totals totals;

	if (pprof_read(&profile, path, error))
		return fail(error);
	totals = profile_totals(&profile);
	if (only_totals)
		printf("%ju %ju %ju %ju\n", (uintmax_t)totals.calls, (uintmax_t)totals.errors,
		       (uintmax_t)totals.time_ns, (uintmax_t)totals.bytes);
	else
		made_profile_print(&profile, stdout);
	profile_fini(&profile);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc >= 3 && argc <= 4 && !strcmp(argv[1], "write"))
		return tool_write(argv[2], argv[3]);
	if (argc == 4 && !strcmp(argv[1], "name"))
		return tool_name(argv[2], argv[3]);
	if (argc == 3 && !strcmp(argv[1], "totals"))
		return tool_show(argv[2], true);
	if (argc == 3 && !strcmp(argv[1], "print"))
		return tool_show(argv[2], false);
	return fail(
		"usage: profile_tool write FILE [SEED] | name FILE NAME | totals FILE | print FILE");
}
