// SPDX-License-Identifier: MIT
/*
 * The writer never writes a file that the reader refuses. The tests write, read, write and read
 * random profiles with extreme values. Values within the limits are unchanged. Other values are
 * limited, and the file says so. The seeds are fixed, and a failure prints its seed.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "profile/model/file_kind.h"
#include "profile/model/histogram.h"
#include "profile/model/runs.h"
#include "profile/pprof/pprof.h"
#include "profile/util/utf8.h"
#include "tests/pprof/made_profile.h"

#define NR_ROUNDS 1200

static int fd; /* refers to a file in memory */
static char path[64];
static uint64_t state;
static bool is_clean; /* all texts so far are valid UTF-8 */

static uint64_t draw(uint64_t below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (state >> 16) % below;
}

static uint64_t draw_extreme(void)
{
	static const uint64_t values[] = { 0,
					   1,
					   2,
					   127,
					   128,
					   INT32_MAX,
					   UINT32_MAX,
					   INT64_MAX / 2,
					   INT64_MAX,
					   INT64_MAX - 1,
					   (uint64_t)INT64_MAX + 1,
					   UINT64_MAX };

	if (draw(8))
		return draw(1000);
	return values[draw(sizeof(values) / sizeof(values[0]))];
}

static uint32_t draw_u32(void)
{
	return draw(4) ? (uint32_t)draw(50) : (uint32_t)draw_extreme();
}

static uint32_t draw_text(struct profile *profile)
{
	static const char *const texts[] = {
		"",
		"a",
		"read",
		"[truncated]",
		"a\nb",
		": ",
		"x: y",
		"\xff",
		"\xfe",
		"\xc3(",
		"\xed\xa0\x80",
		"\xf4\x90\x80\x80",
		"\x01\x7f",
		"\xef\xbf\xbd",
		"\xe2\x80\xae",
		"/usr/lib/libc.so.6",
		"[anon]",
		"%s%n",
	};
	const char *text = texts[draw(sizeof(texts) / sizeof(texts[0]))];

	is_clean &= utf8_valid_size(text, strlen(text)) == strlen(text);
	if (draw(200))
		return string_table_intern(&profile->strings, text);
	char *large = malloc(300001);
	uint32_t id;

	memset(large, 'n', 300000);
	large[300000] = '\0';
	id = string_table_intern(&profile->strings, large);
	free(large);
	return id;
}

static uint32_t draw_frame(struct profile *profile)
{
	struct mapping mapping = {
		.start = draw(3) * 4096,
		.file_offset = draw(2) * 4096,
		.path = draw_text(profile),
		.build_id = draw(2) ? 0 : draw_text(profile),
	};
	struct line lines[4];
	uint32_t frame, nr = (uint32_t)draw(4);

	mapping.limit = draw(5) ? mapping.start + 8192 : UINT64_MAX;
	frame = profile_intern_frame(profile, profile_intern_mapping(profile, &mapping),
				     draw(4) ? draw(10) : draw_extreme());
	for (uint32_t i = 0; i < nr; i++) {
		struct function function = {
			.name = draw_text(profile),
			.system_name = draw_text(profile),
			.file = draw_text(profile),
			.start_line = draw_u32(),
		};

		lines[i].function = profile_intern_function(profile, &function);
		lines[i].line = draw_u32();
	}
	if (!profile->frames[frame].nr_lines)
		profile_set_lines(profile, frame, lines, nr);
	return frame;
}

static uint32_t draw_stack(struct profile *profile)
{
	uint32_t stack = 0, depth = (uint32_t)draw(6);

	if (!draw(100))
		depth = 3000;
	if (draw(4) == 0)
		stack = stack_table_intern(&profile->stacks, 0,
					   profile_intern_frame(profile, 0, FRAME_TRUNCATED));
	while (depth--)
		stack = stack_table_intern(&profile->stacks, stack,
					   depth > 10 && profile->nr_frames > 2
						   ? 1 + (uint32_t)draw(profile->nr_frames - 1)
						   : draw_frame(profile));
	/* Only the outermost frame may be a truncation. */
	for (uint32_t at = stack; at; at = profile->stacks.nodes[at].parent)
		if (!profile->frames[profile->stacks.nodes[at].frame].mapping &&
		    profile->stacks.nodes[at].parent)
			return 0;
	return stack;
}

static struct sample_key draw_key(struct profile *profile)
{
	struct sample_key key = {
		.stack = draw_stack(profile),
		.process = draw_text(profile),
		.thread = draw_text(profile),
		.pid = draw(2) ? draw_u32() : 0,
		.tid = draw(2) ? draw_u32() : 0,
		.nr = draw(10) ? (uint32_t)draw(600) : draw_u32(),
		.abi = (uint16_t)draw(SYSCALL_NR_ABIS),
		.error = draw(2) ? (uint16_t)(draw(10) ? draw(140) : draw(65536)) : 0,
		.bucket = (uint16_t)draw(HISTOGRAM_NR_BUCKETS),
		.region = draw(3) ? 0 : draw_text(profile),
	};

	if (!draw(3)) {
		key.kind = (uint16_t)draw(NR_FILE_KINDS);
		key.path = draw_text(profile);
		key.fd = draw_u32();
	}
	return key;
}

static void draw_samples(struct profile *profile)
{
	uint32_t nr = (uint32_t)draw(draw(20) ? 40 : 600);

	while (nr--) {
		struct sample_key key = draw_key(profile);
		struct sample *sample = profile_sample(profile, &key);

		sample->calls = draw_extreme();
		sample->time_ns = draw_extreme();
		sample->bytes = draw_extreme();
	}
}

static void draw_runs(struct profile *profile)
{
	uint32_t nr_runs = 2 + (uint32_t)draw(draw(20) ? 4 : RUNS_MAX - 1);

	if (draw(4))
		return;
	profile_set_runs(profile, nr_runs);
	for (uint32_t nr = (uint32_t)draw(6); nr; nr--) {
		struct sample_key key = draw_key(profile);
		uint64_t *calls;

		if (profile_varying_site(profile, &key))
			continue;
		calls = profile_add_varying_site(profile, &key);
		for (uint32_t run = 0; run < nr_runs; run++)
			calls[run] = draw_extreme() / (is_clean ? 1 : 4096);
	}
}

static void draw_facts(struct profile *profile)
{
	profile_set_fact(profile, "complete", "yes");
	for (uint32_t nr = (uint32_t)draw(5); nr; nr--) {
		char key[] = { 'k', (char)('a' + draw(5)), '\0' };

		profile_set_fact(profile, key, "%s",
				 string_table_get(&profile->strings, draw_text(profile)));
	}
	profile->start_time_ns = (int64_t)draw_extreme();
	profile->duration_ns = (int64_t)draw_extreme();
}

/* Adds up to at most INT64_MAX. Returns true if it had to limit the sum. */
static bool add(uint64_t *total, uint64_t value)
{
	bool is_cut = value > INT64_MAX - *total;

	*total = is_cut ? INT64_MAX : *total + value;
	return is_cut;
}

/* Returns the totals that the file must have. Sets *@is_cut if they are less than the model's. */
static struct totals expected_totals(const struct profile *profile, bool *is_cut)
{
	struct totals totals = { 0 };

	*is_cut = false;
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		const struct sample *sample = &profile->samples[i];

		if (!sample->calls)
			continue;
		if (totals.calls == INT64_MAX) {
			*is_cut = true;
			continue;
		}
		*is_cut |= add(&totals.calls, sample->calls);
		*is_cut |= add(&totals.time_ns, sample->time_ns);
		*is_cut |= add(&totals.bytes, sample->bytes);
	}
	return totals;
}

static void write_and_read(const struct profile *profile, struct profile *copy, int seed)
{
	char error[PPROF_ERROR_SIZE];

	cr_assert_eq(ftruncate(fd, 0), 0);
	lseek(fd, 0, SEEK_SET);
	cr_assert_eq(pprof_write_to(profile, fd), 0);
	cr_assert_eq(pprof_read(copy, path, error), 0, "seed %d: %s", seed, error);
}

/* Returns true if the file can hold everything unchanged, apart from texts and sums. */
static bool is_representable(const struct profile *profile)
{
	bool is = profile->start_time_ns >= 0 && profile->duration_ns >= 0;

	for (uint32_t i = 0; i < profile->nr_samples; i++)
		is &= profile->samples[i].key.fd <= (uint32_t)INT32_MAX + 1;
	for (uint32_t i = 0; profile->runs && i < profile->runs->nr_sites; i++)
		for (uint32_t run = 0; run < profile->runs->nr; run++)
			is &= profile->runs->sites[i].calls[run] <= INT64_MAX;
	return is;
}

static void check(int seed)
{
	struct profile profile, copy, again;
	struct totals expected, totals;
	char *before, *after, *last;
	bool is_cut;

	state = (uint64_t)seed;
	is_clean = true;
	profile_init(&profile);
	draw_samples(&profile);
	draw_runs(&profile);
	draw_facts(&profile);
	expected = expected_totals(&profile, &is_cut);
	write_and_read(&profile, &copy, seed);
	totals = profile_totals(&copy);
	cr_assert_eq(totals.calls, expected.calls, "seed %d", seed);
	cr_assert_eq(totals.time_ns, expected.time_ns, "seed %d", seed);
	cr_assert_eq(totals.bytes, expected.bytes, "seed %d", seed);
	cr_assert_str_eq(profile_fact(&copy, "complete"), is_cut ? "no" : "yes", "seed %d", seed);
	cr_assert_eq(profile_fact(&copy, "saturated_values") != NULL, is_cut, "seed %d", seed);
	write_and_read(&copy, &again, seed);
	before = made_profile_text(&profile);
	after = made_profile_text(&copy);
	last = made_profile_text(&again);
	if (is_clean && !is_cut && is_representable(&profile))
		cr_assert(strcmp(before, after) == 0, "seed %d: %s\n%s", seed, before, after);
	cr_assert(strcmp(after, last) == 0, "seed %d: the file changes when it is written again",
		  seed);
	free(before);
	free(after);
	free(last);
	profile_fini(&profile);
	profile_fini(&copy);
	profile_fini(&again);
}

Test(pprof_random, the_deepest_stack_that_is_recorded_can_be_read)
{
	struct sample_key key = { .bucket = 1 };
	struct profile profile, copy;

	fd = memfd_create("profile", 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	profile_init(&profile);
	key.stack = stack_table_intern(&profile.stacks, 0,
				       profile_intern_frame(&profile, 0, FRAME_TRUNCATED));
	for (uint32_t i = 0; i < 65536; i++)
		key.stack = stack_table_intern(&profile.stacks, key.stack, draw_frame(&profile));
	profile_sample(&profile, &key)->calls = 1;
	write_and_read(&profile, &copy, 0);
	cr_assert_eq(copy.stacks.nr, profile.stacks.nr);
	profile_fini(&profile);
	profile_fini(&copy);
	close(fd);
}

Test(pprof_random, every_written_profile_can_be_read, .timeout = 300)
{
	fd = memfd_create("profile", 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (int seed = 0; seed < NR_ROUNDS; seed++)
		check(seed);
	close(fd);
}
