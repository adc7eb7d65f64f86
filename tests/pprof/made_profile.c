// SPDX-License-Identifier: MIT
/*
 * Makes profiles for tests, and their text. The random profiles use their own random generator, so
 * that a seed gives the same profile on every machine.
 */
#include "tests/pprof/made_profile.h"

#include <errno.h>
#include <stdlib.h>

#include "profile/model/file_kind.h"
#include "profile/model/histogram.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint32_t string(struct profile *profile, const char *text)
{
	return string_table_intern(&profile->strings, text);
}

static uint32_t mapping(struct profile *profile, const char *path, const char *build_id,
			uint64_t start)
{
	struct mapping mapping = {
		.path = string(profile, path),
		.build_id = string(profile, build_id),
		.start = start,
		.limit = start + 0x8000,
		.file_offset = 0x1000,
	};

	return profile_intern_mapping(profile, &mapping);
}

static struct line line(struct profile *profile, const char *name, const char *system_name,
			const char *file, uint32_t start, uint32_t at)
{
	struct function function = {
		.name = string(profile, name),
		.system_name = string(profile, system_name),
		.file = string(profile, file),
		.start_line = start,
	};

	return (struct line){ .function = profile_intern_function(profile, &function), .line = at };
}

static void add(struct profile *profile, const struct sample_key *key, uint64_t calls,
		uint64_t time_ns, uint64_t bytes)
{
	struct sample *sample = profile_sample(profile, key);

	sample->calls += calls;
	sample->time_ns += time_ns;
	sample->bytes += bytes;
}

void made_profile_small(struct profile *profile)
{
	uint32_t libc, program, vdso, frames[5], whole, cut;
	struct line lines[2];

	profile_init(profile);
	libc = mapping(profile, "/usr/lib/libc.so.6", "0a1b2c", 0x26000);
	program = mapping(profile, "/usr/bin/program", "d0d1d2d3", 0x1000);
	vdso = mapping(profile, "[vdso]", "", 0);
	frames[0] = profile_intern_frame(profile, libc, 0x1234);
	frames[1] = profile_intern_frame(profile, program, 0x1040);
	frames[2] = profile_intern_frame(profile, program, 0x2000);
	frames[3] = profile_intern_frame(profile, vdso, 0x1010);
	frames[4] = profile_intern_frame(profile, 0, FRAME_TRUNCATED);
	lines[0] = line(profile, "read", "__libc_read", "read.c", 0, 26);
	profile_set_lines(profile, frames[0], lines, 1);
	lines[0] = line(profile, "load(int)", "_Z4loadi", "main.cc", 9, 11);
	lines[1] = line(profile, "main", "main", "main.cc", 20, 31);
	profile_set_lines(profile, frames[1], lines, 2);

	whole = stack_table_intern(&profile->stacks, 0, frames[1]);
	whole = stack_table_intern(&profile->stacks, whole, frames[0]);
	cut = stack_table_intern(&profile->stacks, 0, frames[4]);
	cut = stack_table_intern(&profile->stacks, cut, frames[2]);
	cut = stack_table_intern(&profile->stacks, cut, frames[3]);

	struct sample_key key = {
		.stack = whole,
		.process = string(profile, "program"),
		.thread = string(profile, "worker"),
		.nr = 0, /* read */
		.bucket = (uint16_t)histogram_bucket(1000),
	};
	add(profile, &key, 3, 3000, 4096);
	key.error = EINTR;
	add(profile, &key, 1, 950, 0);
	key = (struct sample_key){ .stack = cut, .pid = 17, .tid = 18, .nr = 511 };
	add(profile, &key, 2, 0, 0);
	key = (struct sample_key){ .nr = 4, .abi = SYSCALL_ABI_I386, .bucket = 40 };
	add(profile, &key, 1, 300, 5);
	profile_set_fact(profile, "command", "program --option 'a: b'");
	profile_set_fact(profile, "executable", "/usr/bin/program");
	profile_set_fact(profile, "calls_lost", "0");
	profile->start_time_ns = 1700000000123456789;
	profile->duration_ns = 2500000000;
}

/* The 64-bit linear congruential generator of Knuth's MMIX. Returns bits of its high half. */
static uint32_t draw(uint64_t *state, uint32_t below)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((*state >> 32) % below);
}

static const char *draw_text(uint64_t *state)
{
	static const char *const texts[] = {
		"",	      "a", "read", "[truncated]", "main", "f(std::vector<int> const&)",
		"\xc3\xa4\n", "b", "x: y", "syscall",	  "0",	  "\xe2\x82\xac/\x7f \"quoted\"",
	};

	return texts[draw(state, COUNT(texts))];
}

/*
 * Draws a build id of a real length, or none: go tool pprof of Go 1.24 panics at an id of one
 * character.
 */
static const char *draw_build_id(uint64_t *state)
{
	static const char *const build_ids[] = { "", "", "0a1b2c", "d0d1d2d3d4d5d6d7d8d9" };

	return build_ids[draw(state, COUNT(build_ids))];
}

static uint32_t draw_frame(struct profile *profile, uint64_t *state)
{
	struct line lines[3];
	uint32_t nr_lines = draw(state, COUNT(lines) + 1);
	uint32_t in =
		mapping(profile, draw_text(state), draw_build_id(state), draw(state, 4) * 0x1000);
	uint32_t frame = profile_intern_frame(profile, in, draw(state, 64));

	for (uint32_t i = 0; i < nr_lines; i++)
		lines[i] = line(profile, draw_text(state), draw_text(state), draw_text(state),
				draw(state, 3), draw(state, 1000));
	profile_set_lines(profile, frame, lines, nr_lines);
	return frame;
}

static uint32_t draw_stack(struct profile *profile, uint64_t *state)
{
	uint32_t depth = draw(state, 20);
	uint32_t stack = 0;

	if (!draw(state, 4))
		stack = stack_table_intern(&profile->stacks, 0,
					   profile_intern_frame(profile, 0, FRAME_TRUNCATED));
	while (depth--)
		stack = stack_table_intern(&profile->stacks, stack, draw_frame(profile, state));
	return stack;
}

void made_profile_random(struct profile *profile, unsigned int seed)
{
	uint64_t state = seed;
	uint32_t nr_samples = draw(&state, 200);

	profile_init(profile);
	while (nr_samples--) {
		struct sample_key key = {
			.stack = draw_stack(profile, &state),
			.process = string(profile, draw_text(&state)),
			.thread = string(profile, draw_text(&state)),
			.pid = draw(&state, 2) ? draw(&state, UINT32_MAX) : 0,
			.tid = draw(&state, 2) ? draw(&state, UINT32_MAX) : 0,
			.nr = draw(&state, 600),
			.abi = (uint16_t)draw(&state, SYSCALL_NR_ABIS),
			.error = draw(&state, 2) ? (uint16_t)draw(&state, 4096) : 0,
			.bucket = (uint16_t)draw(&state, HISTOGRAM_NR_BUCKETS - 8),
		};

		if (key.abi == SYSCALL_ABI_X32)
			key.nr |= SYSCALL_X32_BIT;
		if (!draw(&state, 3)) {
			key.kind = (uint16_t)draw(&state, NR_FILE_KINDS);
			key.path = string(profile, draw_text(&state));
			key.fd = draw(&state, 4);
		}
		add(profile, &key, 1 + draw(&state, 10), draw(&state, UINT32_MAX),
		    draw(&state, 10000));
	}
	for (uint32_t nr = draw(&state, 5); nr; nr--) {
		char key[] = { 'k', (char)('a' + draw(&state, 5)), '\0' };

		profile_set_fact(profile, key, "%s", draw_text(&state));
	}
	profile->start_time_ns = draw(&state, UINT32_MAX);
	profile->duration_ns = draw(&state, UINT32_MAX);
}

static void print_frame(const struct profile *profile, uint32_t id, FILE *out)
{
	const struct frame *frame = &profile->frames[id];
	const struct mapping *in = &profile->mappings[frame->mapping];
	const struct string_table *strings = &profile->strings;

	if (!frame->mapping) {
		fprintf(out, "    [truncated]\n");
		return;
	}
	fprintf(out, "    %s (%s) %#jx-%#jx@%#jx +%#jx\n", string_table_get(strings, in->path),
		string_table_get(strings, in->build_id), (uintmax_t)in->start, (uintmax_t)in->limit,
		(uintmax_t)in->file_offset, (uintmax_t)frame->offset);
	for (uint32_t i = 0; i < frame->nr_lines; i++) {
		const struct line *at = &profile->lines[frame->first_line + i];
		const struct function *function = &profile->functions[at->function];

		fprintf(out, "      %s (%s) %s:%u, from %u\n",
			string_table_get(strings, function->name),
			string_table_get(strings, function->system_name),
			string_table_get(strings, function->file), at->line, function->start_line);
	}
}

static void print_sample(const struct profile *profile, const struct sample *sample, FILE *out)
{
	const struct sample_key *key = &sample->key;

	fprintf(out, "  %s %s %u: %ju calls, %ju errors (%u), %ju ns, %ju bytes, bucket %u\n",
		syscall_abi_name(key->abi), syscall_name(key->abi, key->nr), key->nr,
		(uintmax_t)sample->calls, (uintmax_t)sample_errors(sample), key->error,
		(uintmax_t)sample->time_ns, (uintmax_t)sample->bytes, key->bucket);
	fprintf(out, "    process '%s' %u, thread '%s' %u\n",
		string_table_get(&profile->strings, key->process), key->pid,
		string_table_get(&profile->strings, key->thread), key->tid);
	if (key->fd || key->kind || key->path)
		fprintf(out, "    fd %u, kind '%s', path '%s'\n", key->fd - 1,
			file_kind_name(key->kind), string_table_get(&profile->strings, key->path));
	for (uint32_t stack = key->stack; stack; stack = profile->stacks.nodes[stack].parent)
		print_frame(profile, profile->stacks.nodes[stack].frame, out);
}

void made_profile_print(const struct profile *profile, FILE *out)
{
	fprintf(out, "start %jd ns, duration %jd ns\nfacts\n", (intmax_t)profile->start_time_ns,
		(intmax_t)profile->duration_ns);
	for (uint32_t i = 0; i < profile->nr_facts; i++)
		fprintf(out, "  %s = %s\n", profile->facts[i].key, profile->facts[i].value);
	fprintf(out, "samples\n");
	for (uint32_t i = 0; i < profile->nr_samples; i++)
		print_sample(profile, &profile->samples[i], out);
}

char *made_profile_text(const struct profile *profile)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	made_profile_print(profile, out);
	fclose(out);
	return text;
}
