// SPDX-License-Identifier: MIT
/*
 * Writes the model as profile.proto. A first pass over the samples finds which stacks, frames,
 * mappings and functions are used, and numbers them. Then the elements are written one at a time,
 * so memory never holds a second copy of the profile. A Profile message with one element is a part
 * of the whole, because repeated fields add up. Strings come last, when all that are needed are
 * known. Samples are in pprof_write_sample.c.
 *
 * Pseudo-frames are the system calls and "[truncated]". They are not in the model's tables. Their
 * names are the first strings of the file. The function and location id of a pseudo-frame is the
 * string id of its name plus the number of real functions or locations.
 */
#include "profile/pprof/pprof.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/model/runs.h"
#include "profile/pprof/pprof_layout.h"
#include "profile/pprof/pprof_write.h"
#include "profile/util/utf8.h"
#include "profile/util/xalloc.h"

uint32_t writer_put_text(struct pprof_writer *writer, const char *text)
{
	size_t size = strlen(text);
	uint32_t id;
	char *clean;

	if (utf8_valid_size(text, size) == size)
		return string_table_intern_bytes(&writer->strings, text, size);
	clean = utf8_clean(text, size);
	id = string_table_intern(&writer->strings, clean);
	free(clean);
	return id;
}

uint32_t writer_put_string(struct pprof_writer *writer, uint32_t id)
{
	uint32_t *known = &writer->string_ids[id];

	if (!*known)
		*known = writer_put_text(writer, string_table_get(&writer->profile->strings, id));
	return *known;
}

void writer_put_elements(struct pprof_writer *writer, const Pprof__Profile *elements)
{
	size_t size = protobuf_c_message_get_packed_size(&elements->base);

	if (size > writer->piece_size) {
		writer->piece = xreallocarray(writer->piece, size, 2);
		writer->piece_size = size * 2;
	}
	protobuf_c_message_pack(&elements->base, writer->piece);
	writer->size += size;
	gzip_writer_put(writer->gzip, writer->piece, size);
}

static void mark_key(struct pprof_writer *writer, const struct sample_key *key, bool *is_used)
{
	writer_put_text(writer, syscall_name(key->abi, key->nr));
	is_used[key->stack] = true;
}

/* Marks the frames that the samples use in location_ids (1: used), and names the pseudo-frames. */
static void mark_frames(struct pprof_writer *writer)
{
	const struct profile *profile = writer->profile;
	const struct stack_node *nodes = profile->stacks.nodes;
	bool *is_used = xcalloc(profile->stacks.nr, sizeof(*is_used));

	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		if (!writer_is_empty(&profile->samples[i]))
			mark_key(writer, &profile->samples[i].key, is_used);
	}
	for (uint32_t i = 0; profile->runs && i < profile->runs->nr_sites; i++) {
		if (!run_site_is_empty(profile->runs, &profile->runs->sites[i]))
			mark_key(writer, &profile->runs->sites[i].key, is_used);
	}
	for (uint32_t stack = profile->stacks.nr - 1; stack; stack--) {
		if (!is_used[stack])
			continue;
		writer->nr_nodes++;
		is_used[nodes[stack].parent] = true;
		writer->location_ids[nodes[stack].frame] = 1;
		if (!profile->frames[nodes[stack].frame].mapping)
			writer_put_text(writer, PPROF_TRUNCATED_NAME);
	}
	writer->nr_pseudo = writer->strings.nr - 1;
	free(is_used);
}

/* If the mapping of the program is known, it gets id 1: viewers name the profile after it. */
static void number_program_mapping(struct pprof_writer *writer)
{
	const struct profile *profile = writer->profile;
	const char *path = profile_fact(profile, PPROF_FACT_EXECUTABLE);

	if (!path)
		return;
	for (uint32_t frame = 1; frame < profile->nr_frames; frame++) {
		uint32_t mapping = profile->frames[frame].mapping;

		if (!writer->location_ids[frame] || !mapping)
			continue;
		if (strcmp(string_table_get(&profile->strings, profile->mappings[mapping].path),
			   path))
			continue;
		writer->mapping_ids[mapping] = ++writer->nr_mappings;
		return;
	}
}

/* Gives ids to the elements that are used. Frames and functions keep the order of the model. */
static void number_elements(struct pprof_writer *writer)
{
	const struct profile *profile = writer->profile;

	number_program_mapping(writer);
	for (uint32_t id = 1; id < profile->nr_frames; id++) {
		const struct frame *frame = &profile->frames[id];

		if (!writer->location_ids[id] || !frame->mapping)
			continue;
		writer->location_ids[id] = ++writer->nr_locations;
		if (!writer->mapping_ids[frame->mapping])
			writer->mapping_ids[frame->mapping] = ++writer->nr_mappings;
		for (uint32_t i = 0; i < frame->nr_lines; i++)
			writer->function_ids[profile->lines[frame->first_line + i].function] = 1;
	}
	for (uint32_t id = 1; id < profile->nr_functions; id++) {
		if (writer->function_ids[id])
			writer->function_ids[id] = ++writer->nr_functions;
	}
}

uint64_t writer_pseudo_location(const struct pprof_writer *writer, uint32_t name)
{
	return (uint64_t)writer->nr_locations + name;
}

static int64_t put_comment(struct pprof_writer *writer, const char *key, const char *value)
{
	char *text = xasprintf("%s: %s", key, value);
	int64_t id = writer_put_text(writer, text);

	free(text);
	return id;
}

/*
 * Writes the profile's facts as comments. If values were reduced, the completeness statement says
 * so. Returns how many comments there are.
 */
static size_t put_comments(struct pprof_writer *writer, int64_t *comments)
{
	const struct profile *profile = writer->profile;
	uint64_t nr_cut = writer_count_cut(profile);
	size_t nr = 0;
	char text[24];

	snprintf(text, sizeof(text), "%d", PPROF_LAYOUT_VERSION);
	comments[nr++] = put_comment(writer, PPROF_LAYOUT_KEY, text);
	for (uint32_t i = 0; i < profile->nr_facts; i++) {
		const struct fact *fact = &profile->facts[i];
		bool is_complete = strcmp(fact->key, PROFILE_FACT_COMPLETE) == 0;

		if (strcmp(fact->key, PROFILE_FACT_SATURATED) != 0 || !nr_cut)
			comments[nr++] = put_comment(writer, fact->key,
						     is_complete && nr_cut ? "no" : fact->value);
	}
	snprintf(text, sizeof(text), "%" PRIu64, nr_cut);
	if (nr_cut)
		comments[nr++] = put_comment(writer, PROFILE_FACT_SATURATED, text);
	return nr;
}

static int64_t not_negative(int64_t value)
{
	return value < 0 ? 0 : value;
}

static void put_head(struct pprof_writer *writer)
{
	const struct profile *profile = writer->profile;
	int64_t *comments = xcalloc((size_t)profile->nr_facts + 2, sizeof(*comments));
	Pprof__Profile head = PPROF__PROFILE__INIT;
	Pprof__ValueType types[PPROF_NR_VALUES];
	Pprof__ValueType *type_list[PPROF_NR_VALUES];

	for (int i = 0; i < PPROF_NR_VALUES; i++) {
		types[i] = (Pprof__ValueType)PPROF__VALUE_TYPE__INIT;
		types[i].type = writer_put_text(writer, pprof_value_types[i].type);
		types[i].unit = writer_put_text(writer, pprof_value_types[i].unit);
		type_list[i] = &types[i];
	}
	head.n_sample_type = PPROF_NR_VALUES;
	head.sample_type = type_list;
	head.default_sample_type = types[PPROF_VALUE_TIME].type;
	head.period_type = &types[PPROF_VALUE_CALLS]; /* one sample for each call: exact */
	head.period = 1;
	head.time_nanos = not_negative(profile->start_time_ns);
	head.duration_nanos = not_negative(profile->duration_ns);
	head.n_comment = put_comments(writer, comments);
	head.comment = comments;
	writer_put_elements(writer, &head);
	free(comments);
}

/* Says which kinds of symbols a mapping has, so that viewers do not try to symbolise it again. */
static void describe_symbols(const struct profile *profile, const struct frame *frame,
			     Pprof__Mapping *mapping)
{
	for (uint32_t i = 0; i < frame->nr_lines; i++) {
		const struct line *line = &profile->lines[frame->first_line + i];

		mapping->has_functions = true;
		mapping->has_filenames |= profile->functions[line->function].file != 0;
		mapping->has_line_numbers |= line->line != 0;
		mapping->has_inline_frames = mapping->has_line_numbers;
	}
}

static void put_mapping(struct pprof_writer *writer, Pprof__Mapping *message)
{
	Pprof__Profile element = PPROF__PROFILE__INIT;

	element.n_mapping = 1;
	element.mapping = &message;
	writer_put_elements(writer, &element);
}

static void put_mappings(struct pprof_writer *writer)
{
	const struct profile *profile = writer->profile;
	Pprof__Mapping *messages = xcalloc(writer->nr_mappings + 1, sizeof(*messages));

	for (uint32_t id = 1; id < profile->nr_mappings; id++) {
		const struct mapping *mapping = &profile->mappings[id];
		Pprof__Mapping *message = &messages[writer->mapping_ids[id]];

		pprof__mapping__init(message);
		message->id = writer->mapping_ids[id];
		message->memory_start = mapping->start;
		message->memory_limit = mapping->limit;
		message->file_offset = mapping->file_offset;
		message->filename = writer_put_string(writer, mapping->path);
		message->build_id = writer_put_string(writer, mapping->build_id);
	}
	for (uint32_t id = 1; id < profile->nr_frames; id++) {
		if (writer->location_ids[id])
			describe_symbols(
				profile, &profile->frames[id],
				&messages[writer->mapping_ids[profile->frames[id].mapping]]);
	}
	for (uint32_t id = 1; id <= writer->nr_mappings; id++)
		put_mapping(writer, &messages[id]);
	free(messages);
}

static void put_location(struct pprof_writer *writer, Pprof__Location *message)
{
	Pprof__Profile element = PPROF__PROFILE__INIT;

	element.n_location = 1;
	element.location = &message;
	writer_put_elements(writer, &element);
}

static void put_frame(struct pprof_writer *writer, uint32_t id)
{
	const struct frame *frame = &writer->profile->frames[id];
	Pprof__Location message = PPROF__LOCATION__INIT;
	Pprof__Line *lines = xcalloc(frame->nr_lines, sizeof(*lines));
	Pprof__Line **list = xcalloc(frame->nr_lines, sizeof(Pprof__Line *));

	for (uint32_t i = 0; i < frame->nr_lines; i++) {
		const struct line *line = &writer->profile->lines[frame->first_line + i];

		pprof__line__init(&lines[i]);
		lines[i].function_id = writer->function_ids[line->function];
		lines[i].line = line->line;
		list[i] = &lines[i];
	}
	message.id = writer->location_ids[id];
	message.mapping_id = writer->mapping_ids[frame->mapping];
	message.address = profile_frame_address(writer->profile, id);
	message.n_line = frame->nr_lines;
	message.line = list;
	put_location(writer, &message);
	free(list);
	free(lines);
}

static void put_locations(struct pprof_writer *writer)
{
	for (uint32_t id = 1; id < writer->profile->nr_frames; id++) {
		if (writer->location_ids[id] && writer->profile->frames[id].mapping)
			put_frame(writer, id);
	}
	for (uint32_t name = 1; name <= writer->nr_pseudo; name++) {
		Pprof__Location message = PPROF__LOCATION__INIT;
		Pprof__Line line = PPROF__LINE__INIT;
		Pprof__Line *list = &line;

		line.function_id = (uint64_t)writer->nr_functions + name;
		message.id = writer_pseudo_location(writer, name);
		message.n_line = 1;
		message.line = &list;
		put_location(writer, &message);
	}
}

static void put_function(struct pprof_writer *writer, Pprof__Function *message)
{
	Pprof__Profile element = PPROF__PROFILE__INIT;

	element.n_function = 1;
	element.function = &message;
	writer_put_elements(writer, &element);
}

static void put_functions(struct pprof_writer *writer)
{
	Pprof__Function message = PPROF__FUNCTION__INIT;

	for (uint32_t id = 1; id < writer->profile->nr_functions; id++) {
		const struct function *function = &writer->profile->functions[id];

		if (!writer->function_ids[id])
			continue;
		message.id = writer->function_ids[id];
		message.name = writer_put_string(writer, function->name);
		message.system_name = writer_put_string(writer, function->system_name);
		message.filename = writer_put_string(writer, function->file);
		message.start_line = function->start_line;
		put_function(writer, &message);
	}
	pprof__function__init(&message);
	for (uint32_t name = 1; name <= writer->nr_pseudo; name++) {
		message.id = (uint64_t)writer->nr_functions + name;
		message.name = name;
		message.system_name = name;
		put_function(writer, &message);
	}
}

static void put_strings(struct pprof_writer *writer)
{
	for (uint32_t id = 0; id < writer->strings.nr; id++) {
		Pprof__Profile element = PPROF__PROFILE__INIT;

		element.n_string_table = 1;
		element.string_table = &writer->strings.strings[id];
		writer_put_elements(writer, &element);
	}
}

/* Returns true if the file would exceed the limits of the reader. */
static bool is_too_large(const struct pprof_writer *writer)
{
	return writer->size > PPROF_MAX_SIZE || writer->strings.nr > PPROF_MAX_STRINGS ||
	       writer->nr_nodes >= STACK_TABLE_MAX;
}

int pprof_put(const struct profile *profile, int fd, bool is_quick)
{
	bool is_readable;
	int err;
	struct pprof_writer writer = { .profile = profile, .gzip = gzip_writer_new(fd, is_quick) };

	string_table_init(&writer.strings);
	writer.string_ids = xcalloc(profile->strings.nr, sizeof(*writer.string_ids));
	writer.mapping_ids = xcalloc(profile->nr_mappings, sizeof(*writer.mapping_ids));
	writer.location_ids = xcalloc(profile->nr_frames, sizeof(*writer.location_ids));
	writer.function_ids = xcalloc(profile->nr_functions, sizeof(*writer.function_ids));
	mark_frames(&writer);
	number_elements(&writer);
	put_head(&writer);
	writer_put_samples(&writer);
	put_mappings(&writer);
	put_locations(&writer);
	put_functions(&writer);
	put_strings(&writer);
	is_readable = !is_too_large(&writer);
	string_table_fini(&writer.strings);
	free(writer.string_ids);
	free(writer.mapping_ids);
	free(writer.location_ids);
	free(writer.function_ids);
	free(writer.piece);
	free(writer.stack);
	err = gzip_writer_finish(writer.gzip);
	return err || is_readable ? err : -EFBIG;
}
