// SPDX-License-Identifier: MIT
/*
 * Each name is used as function, source file, module, process, thread and fact; each stack is a name that
 * calls itself through all the others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/model/histogram.h"
#include "profile/util/xalloc.h"
#include "tests/golden/hostile_profile.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))
#define NR_LONG	  5000

static const char *const names[] = {
	"\033]0;title\a\033[2J\033[31mred",
	"line\nbreak\r\ttab\b\b\b\v\f",
	"\xc2\x9b"
	"31mC1\xc2\x85next",
	"\xe2\x80\xae"
	"evil\xe2\x80\xac\xe2\x81\xa6x\xe2\x81\xa9\xd8\x9c",
	"zero\xe2\x80\x8bwidth\xef\xbb\xbf\xc2\xad",
	"\xe6\xbc\xa2\xe5\xad\x97\xe3\x81\x8b\xe3\x81\xaa(\xe6\xbc\xa2)",
	"\xff\xfe\xc0\xaf\xed\xa0\x80\x80",
	"a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
	"%s%n%d\\x1b;|`$(rm)",
	"",
	"[truncated]",
};

static char *long_name(const char *unit)
{
	char *name = xcalloc(strlen(unit), NR_LONG + 1);

	for (int i = 0; i < NR_LONG; i++)
		memcpy(name + (size_t)i * strlen(unit), unit, strlen(unit));
	return name;
}

static uint32_t add_frame(struct profile *profile, const char *name, uint64_t offset)
{
	uint32_t id = string_table_intern(&profile->strings, name);
	char *path = xasprintf("/nonexistent/%s", name);
	struct mapping mapping = {
		.path = string_table_intern(&profile->strings, path),
		.limit = 0x1000,
	};
	struct function function = { .name = id, .system_name = id, .file = mapping.path };
	struct line line = { profile_intern_function(profile, &function), 7 };
	uint32_t frame =
		profile_intern_frame(profile, profile_intern_mapping(profile, &mapping), offset);

	if (offset % 2)
		profile_set_lines(profile, frame, &line, 1);
	free(path);
	return frame;
}

void hostile_profile_init(struct profile *profile)
{
	char *longest = long_name("very_long_"), *widest = long_name("\xe6\xbc\xa2");
	const char *all[NR(names) + 2];
	uint32_t stack = 0;

	memcpy(all, names, sizeof(names));
	all[NR(names)] = longest;
	all[NR(names) + 1] = widest;
	profile_init(profile);
	for (uint32_t i = 0; i < 4 * NR(all); i++) {
		const char *name = all[i % NR(all)];
		struct sample_key key = {
			.process = string_table_intern(&profile->strings, name),
			.thread = string_table_intern(&profile->strings, all[(i + 1) % NR(all)]),
			.nr = i,
			.bucket = (uint16_t)histogram_bucket(1000 * i),
		};
		struct sample *sample;

		stack = stack_table_intern(&profile->stacks, i % 9 ? stack : 0,
					   add_frame(profile, name, i % 7));
		key.stack = stack;
		sample = profile_sample(profile, &key);
		sample->calls += i + 1;
		sample->time_ns += UINT64_C(1000) * i * (i + 1);
	}
	profile_set_fact(profile, "command", "%s", names[0]);
	profile_set_fact(profile, "engine", "%s", longest);
	profile_set_fact(profile, "start", "%s", names[3]);
	profile_set_fact(profile, "exit_status", "%s", widest);
	profile_set_fact(profile, "complete", "yes");
	free(longest);
	free(widest);
}
