// SPDX-License-Identifier: MIT
/*
 * Sorts the frames without lines by binary and address. So each binary is opened once, is asked for
 * its addresses in order, and is closed before the next.
 */
#include "profile/symbols/symbolize.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "profile/symbols/binary.h"
#include "profile/symbols/binary_ahead.h"
#include "profile/symbols/c_library.h"
#include "profile/symbols/debug_server.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

struct question {
	uint32_t path;
	uint32_t build_id;
	uint64_t address;
	uint32_t frame;
};

static int compare_questions(const void *a, const void *b)
{
	const struct question *x = a, *y = b;

	if (x->path != y->path)
		return x->path < y->path ? -1 : 1;
	if (x->build_id != y->build_id)
		return x->build_id < y->build_id ? -1 : 1;
	return (x->address > y->address) - (x->address < y->address);
}

/* Returns true if the only name is one that an earlier attempt made of module and address. */
static bool has_bare_name(const struct profile *profile, uint32_t id)
{
	const struct frame *frame = &profile->frames[id];
	const struct function *function;
	char *bare_name;
	bool is_bare;

	if (frame->nr_lines != 1)
		return false;
	function = &profile->functions[profile->lines[frame->first_line].function];
	if (function->file)
		return false;
	bare_name = symbolize_bare_name(profile, id);
	is_bare = !strcmp(string_table_get(&profile->strings, function->name), bare_name);
	free(bare_name);
	return is_bare;
}

static uint32_t list_questions(const struct profile *profile, struct question *questions)
{
	bool asks_again = debug_server_is_open();
	uint32_t nr = 0;

	for (uint32_t id = 1; id < profile->nr_frames; id++) {
		const struct frame *frame = &profile->frames[id];

		if (!frame->mapping ||
		    (frame->nr_lines && !(asks_again && has_bare_name(profile, id))))
			continue;
		questions[nr++] = (struct question){
			.path = profile->mappings[frame->mapping].path,
			.build_id = profile->mappings[frame->mapping].build_id,
			.address = profile_frame_address(profile, id),
			.frame = id,
		};
	}
	if (nr)
		qsort(questions, nr, sizeof(*questions), compare_questions);
	return nr;
}

char *symbolize_bare_name(const struct profile *profile, uint32_t frame)
{
	uint32_t mapping = profile->frames[frame].mapping;
	const char *path;

	if (!mapping)
		return xstrdup("[truncated]");
	path = string_table_get(&profile->strings, profile->mappings[mapping].path);
	return xasprintf("%s+0x%" PRIx64, text_basename(path),
			 profile_frame_address(profile, frame));
}

static uint32_t intern(struct profile *profile, const char *text)
{
	return text ? string_table_intern(&profile->strings, text) : 0;
}

/* Sets the only line of @frame to a function of which just the name is known. */
static void set_name(struct profile *profile, uint32_t frame, const char *name)
{
	uint32_t id = intern(profile, name);
	struct function function = { .name = id, .system_name = id };
	struct line line = { .function = profile_intern_function(profile, &function) };

	profile_set_lines(profile, frame, &line, 1);
}

static struct line intern_line(struct profile *profile, const struct binary_line *source,
			       const char *bare_name)
{
	const char *system_name = source->system_name ? source->system_name : bare_name;
	char *name = symbolize_demangle(system_name);
	struct function function = {
		.name = intern(profile, name),
		.system_name = intern(profile, system_name),
		.file = intern(profile, source->file),
		.start_line = source->start_line,
	};

	free(name);
	return (struct line){
		.function = profile_intern_function(profile, &function),
		.line = source->line,
	};
}

/* Returns true if @frame got a better name than its address. */
static bool symbolize_frame(struct profile *profile, struct binary *binary,
			    const struct question *question)
{
	char *bare_name = symbolize_bare_name(profile, question->frame);
	struct line lines[BINARY_MAX_LINES];
	struct binary_lines found;
	bool is_named;

	binary_find_lines(binary, question->address, &found);
	for (uint32_t i = 0; i < found.nr; i++)
		lines[i] = intern_line(profile, &found.lines[i], bare_name);
	is_named = found.nr != 0;
	if (is_named)
		profile_set_lines(profile, question->frame, lines, found.nr);
	else if (!profile->frames[question->frame].nr_lines)
		set_name(profile, question->frame, bare_name);
	free(bare_name);
	binary_lines_fini(&found);
	return is_named;
}

static struct binary *open_binary(const char *path, const char *build_id)
{
	struct binary *binary = binary_ahead_take(path, build_id);

	if (binary || binary_open(&binary, path, build_id) != 0)
		return binary;
	/*
	 * Decompressing the DWARF of the C library takes tens of milliseconds, and its lines are
	 * not the user's.
	 */
	if (c_library_has_module(path))
		binary_use_symbols_only(binary);
	return binary;
}

static void expect_questions(struct binary *binary, const struct question *questions, uint32_t nr)
{
	uint64_t *addresses = xmalloc(nr * sizeof(*addresses));

	for (uint32_t i = 0; i < nr; i++)
		addresses[i] = questions[i].address;
	binary_expect(binary, addresses, nr);
	free(addresses);
}

/* Answers the @nr questions, which are all about one binary. Returns how many got no name. */
static uint32_t symbolize_binary(struct profile *profile, const struct question *questions,
				 uint32_t nr)
{
	const char *path = string_table_get(&profile->strings, questions->path);
	const char *build_id = string_table_get(&profile->strings, questions->build_id);
	struct binary *binary;
	uint32_t nr_unnamed = 0;

	if (strcmp(path, "[anon]") == 0) {
		for (uint32_t i = 0; i < nr; i++)
			set_name(profile, questions[i].frame, path);
		return 0;
	}
	binary = open_binary(path, build_id);
	if (!binary)
		return nr;
	expect_questions(binary, questions, nr);
	for (uint32_t i = 0; i < nr; i++)
		nr_unnamed += !symbolize_frame(profile, binary, &questions[i]);
	binary_close(binary);
	return nr_unnamed;
}

static bool is_quick(const struct profile *profile, const struct mapping *mapping)
{
	const char *path = string_table_get(&profile->strings, mapping->path);
	const char *build_id = string_table_get(&profile->strings, mapping->build_id);

	return path[0] != '/' || binary_ahead_is_quick(path, build_id);
}

bool symbolize_is_quick(const struct profile *profile)
{
	uint32_t checked = 0; /* the mapping of the frame before */

	for (uint32_t id = 1; id < profile->nr_frames; id++) {
		const struct frame *frame = &profile->frames[id];

		if (frame->mapping && !frame->nr_lines && frame->mapping != checked &&
		    !is_quick(profile, &profile->mappings[frame->mapping]))
			return false;
		checked = frame->mapping;
	}
	return true;
}

uint32_t symbolize_profile(struct profile *profile)
{
	struct question *questions = xcalloc(profile->nr_frames + 1, sizeof(*questions));
	uint32_t nr = list_questions(profile, questions);
	uint32_t nr_unnamed = 0;

	for (uint32_t first = 0, next; first < nr; first = next) {
		next = first + 1;
		while (next < nr && questions[next].path == questions[first].path &&
		       questions[next].build_id == questions[first].build_id)
			next++;
		nr_unnamed += symbolize_binary(profile, &questions[first], next - first);
	}
	free(questions);
	return nr_unnamed;
}
