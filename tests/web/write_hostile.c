// SPDX-License-Identifier: MIT
/*
 * Writes a profile with names that a page must not take for markup, of any length and text
 * direction: the worst file that somebody may send.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/model/histogram.h"
#include "profile/pprof/pprof.h"
#include "profile/util/xalloc.h"

#define LONG_NAME 10000

static uint32_t string(struct profile *profile, const char *text)
{
	return string_table_intern(&profile->strings, text);
}

static uint32_t add_mapping(struct profile *profile, const char *path)
{
	uint64_t start = 0x1000 + (uint64_t)profile->nr_mappings * 0x10000000;

	return profile_intern_mapping(profile, &(struct mapping){
						       .path = string(profile, path),
						       .start = start,
						       .limit = start + 0xfffffff,
					       });
}

static uint32_t add_frame(struct profile *profile, uint32_t mapping, const char *name,
			  const char *file, uint32_t line)
{
	uint32_t frame = profile_intern_frame(profile, mapping, profile->nr_frames);
	struct function function = {
		.name = string(profile, name),
		.system_name = string(profile, name),
		.file = string(profile, file),
	};
	struct line lines[] = { { profile_intern_function(profile, &function), line } };

	profile_set_lines(profile, frame, lines, 1);
	return frame;
}

static void add_calls(struct profile *profile, const struct sample_key *key, uint64_t calls,
		      uint64_t ns)
{
	struct sample_key full = *key;
	struct sample *sample;

	full.bucket = (uint16_t)histogram_bucket(ns);
	sample = profile_sample(profile, &full);
	sample->calls += calls;
	sample->time_ns += calls * ns;
	sample->bytes += key->error ? 0 : calls * 100;
}

static char *long_name(void)
{
	char *name = xmalloc(LONG_NAME + 1);

	for (int i = 0; i < LONG_NAME; i++)
		name[i] = "std::vector<int>, "[i % 18];
	memcpy(name, "ns::longest<", 12);
	memcpy(name + LONG_NAME - 6, "::end>", 6);
	name[LONG_NAME] = '\0';
	return name;
}

static void fill_hostile(struct profile *profile)
{
	char *longest = long_name();
	const char *const names[] = {
		"<script>window.pwned = 1</script>",
		"</script><img src=x onerror=pwned()>",
		"<!-- <script> --!>",
		"\"quoted' & &amp; \\u003c \\",
		"right\xe2\x80\xae"
		"tfel\xe2\x81\xa6x",
		"escape\x1b[31mred\x07\n\ttab",
		"invalid\xff\xfe"
		"utf8",
		"@SCPROF_DATA@ $& $1 constructor __proto__",
		longest,
	};
	uint32_t mapping = add_mapping(profile, "/tmp/<b>bold</b>/\"app\"");
	uint32_t libc = add_mapping(profile, "/lib/x86_64-linux-gnu/libc.so.6");
	uint32_t outer = stack_table_intern(&profile->stacks, 0,
					    add_frame(profile, mapping, "main", "a<i>.c", 1));
	uint32_t wrapper = add_frame(profile, libc, "read", "", 0);
	struct sample_key key = {
		.process = string(profile, "<u>process</u>"),
		.thread = string(profile, "</table>"),
	};

	for (uint32_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		uint32_t frame = add_frame(profile, mapping, names[i], "dir/<a href=x>.c", i + 1);

		key.stack = stack_table_intern(&profile->stacks, outer, frame);
		key.stack = stack_table_intern(&profile->stacks, key.stack, wrapper);
		key.error = i % 3 ? 0 : ENOENT;
		add_calls(profile, &key, i + 1, 1000 * (i + 1));
		add_calls(profile, &key, 1, 1000000);
	}
	free(longest);
	profile_set_fact(profile, "command", "%s",
			 "app '</script><script>pwned()</script>' \x1b[1m");
	profile_set_fact(profile, "complete", "%s", "yes");
	profile_set_fact(profile, "</dd>key", "%s", "<img src=x onerror=pwned()>");
}

int main(int argc, char **argv)
{
	struct profile profile;
	int err;

	if (argc != 2) {
		fprintf(stderr, "usage: write_hostile FILE\n");
		return 2;
	}
	profile_init(&profile);
	profile.start_time_ns = 1700000000000000000;
	profile.duration_ns = 2000000000;
	fill_hostile(&profile);
	err = pprof_write(&profile, argv[1]);
	if (err)
		fprintf(stderr, "write_hostile: %s: %s\n", argv[1], strerror(-err));
	profile_fini(&profile);
	return err ? 3 : 0;
}
