// SPDX-License-Identifier: MIT
/*
 * Copies the samples of one profile into another, with everything to which they refer. Tables map
 * the ids of one to those of the other. If two elements differ, their content alone decides which
 * is kept. At the end the result is sorted by content. So it does not depend on the order of the
 * additions.
 */
#include "profile/model/merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/model/merge_facts.h"
#include "profile/model/merge_order.h"
#include "profile/util/xalloc.h"

struct merge {
	struct profile profile;
	struct hash_index mappings; /* of profile.mappings, hashed by what identifies them here */
	struct merge_facts *facts;
	struct totals totals;
};

/* From ids of @from to ids of the result; 0: not copied yet. */
struct copy {
	struct merge *merge;
	const struct profile *from;
	uint32_t *strings;
	uint32_t *mappings;
	uint32_t *functions;
	uint32_t *frames;
	uint32_t *stacks;
};

struct merge *merge_new(void)
{
	struct merge *merge = xcalloc(1, sizeof(*merge));

	profile_init(&merge->profile);
	hash_index_init(&merge->mappings);
	merge->facts = merge_facts_new();
	return merge;
}

void merge_free(struct merge *merge)
{
	if (!merge)
		return;
	profile_fini(&merge->profile);
	hash_index_fini(&merge->mappings);
	merge_facts_free(merge->facts);
	free(merge);
}

static const char *text_of(const struct profile *profile, uint32_t id)
{
	return string_table_get(&profile->strings, id);
}

static uint32_t copy_string(struct copy *copy, uint32_t id)
{
	if (id && !copy->strings[id])
		copy->strings[id] =
			string_table_intern(&copy->merge->profile.strings, text_of(copy->from, id));
	return copy->strings[id];
}

/* Hashes without the path, which differs between machines. */
static uint64_t mapping_hash_of(const struct mapping *mapping)
{
	uint64_t hash = hash_mix(hash_seed, mapping->build_id);

	hash = hash_mix(hash, mapping->start);
	hash = hash_mix(hash, mapping->limit);
	return hash_mix(hash, mapping->file_offset);
}

static uint64_t mapping_hash(const void *owner, uint32_t id)
{
	return mapping_hash_of(&((const struct profile *)owner)->mappings[id]);
}

static bool is_same_code(const struct mapping *a, const struct mapping *b)
{
	return a->build_id == b->build_id && a->start == b->start && a->limit == b->limit &&
	       a->file_offset == b->file_offset && (a->build_id || a->path == b->path);
}

/* Returns the id in the result of @mapping, whose strings are the result's. */
static uint32_t intern_mapping(struct merge *merge, const struct mapping *mapping)
{
	struct profile *profile = &merge->profile;
	uint64_t hash = mapping_hash_of(mapping);
	uint32_t bucket = hash_index_first(&merge->mappings, hash);
	uint32_t id;

	while ((id = merge->mappings.buckets[bucket])) {
		struct mapping *known = &profile->mappings[id];

		if (is_same_code(known, mapping)) {
			/*
			 * The profile's own index still has the mapping with its first path, but
			 * nothing searches that index during a merge.
			 */
			if (strcmp(text_of(profile, mapping->path), text_of(profile, known->path)) <
			    0)
				known->path = mapping->path;
			return id;
		}
		bucket = hash_index_next(&merge->mappings, bucket);
	}
	hash_index_reserve(&merge->mappings, profile->nr_mappings - 1, mapping_hash, profile);
	id = profile_intern_mapping(profile, mapping);
	hash_index_insert(&merge->mappings, hash, id);
	return id;
}

static uint32_t copy_mapping(struct copy *copy, uint32_t id)
{
	struct mapping mapping = copy->from->mappings[id];

	if (copy->mappings[id])
		return copy->mappings[id];
	mapping.path = copy_string(copy, mapping.path);
	mapping.build_id = copy_string(copy, mapping.build_id);
	copy->mappings[id] = intern_mapping(copy->merge, &mapping);
	return copy->mappings[id];
}

static uint32_t copy_function(struct copy *copy, uint32_t id)
{
	struct function function = copy->from->functions[id];

	if (copy->functions[id])
		return copy->functions[id];
	function.name = copy_string(copy, function.name);
	function.system_name = copy_string(copy, function.system_name);
	function.file = copy_string(copy, function.file);
	copy->functions[id] = profile_intern_function(&copy->merge->profile, &function);
	return copy->functions[id];
}

static void copy_lines(struct copy *copy, uint32_t to, const struct frame *frame)
{
	struct line *lines;

	if (!frame->nr_lines ||
	    merge_order_lines(&copy->merge->profile, &copy->merge->profile.frames[to], copy->from,
			      frame) >= 0)
		return;
	lines = xcalloc(frame->nr_lines, sizeof(*lines));
	for (uint32_t i = 0; i < frame->nr_lines; i++) {
		lines[i] = copy->from->lines[frame->first_line + i];
		lines[i].function = copy_function(copy, lines[i].function);
	}
	profile_set_lines(&copy->merge->profile, to, lines, frame->nr_lines);
	free(lines);
}

/*
 * Returns the offset in the result of a frame of code without a file: the FNV-1a hash of its name.
 * Unlike the address, it is the same in every run.
 */
static uint64_t anonymous_offset(const struct profile *from, const struct frame *frame)
{
	uint64_t hash = 0xcbf29ce484222325u;

	if (!frame->nr_lines)
		return 0;
	for (uint32_t i = 0; i < frame->nr_lines; i++) {
		const struct line *line = &from->lines[frame->first_line + i];

		for (const char *at = text_of(from, from->functions[line->function].name); *at;
		     at++)
			hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
		hash = hash * 0x100000001b3u;
	}
	return hash >> 1;
}

static uint32_t copy_frame(struct copy *copy, uint32_t id)
{
	const struct frame *frame = &copy->from->frames[id];
	const struct mapping *mapping = &copy->from->mappings[frame->mapping];
	uint64_t offset = frame->offset;

	if (copy->frames[id])
		return copy->frames[id];
	if (frame->mapping && !mapping->build_id && !mapping->start && !mapping->file_offset &&
	    !strcmp(text_of(copy->from, mapping->path), "[anon]"))
		offset = anonymous_offset(copy->from, frame);
	copy->frames[id] = profile_intern_frame(
		&copy->merge->profile, frame->mapping ? copy_mapping(copy, frame->mapping) : 0,
		offset);
	copy_lines(copy, copy->frames[id], frame);
	return copy->frames[id];
}

/*
 * A parent's id is smaller than its child's. One walk outwards finds the stacks that must be
 * copied.
 */
static uint32_t copy_stack(struct copy *copy, uint32_t id)
{
	const struct stack_node *nodes = copy->from->stacks.nodes;
	uint32_t nr = 0, *path, stack;

	for (stack = id; stack && !copy->stacks[stack]; stack = nodes[stack].parent)
		nr++;
	if (!nr)
		return copy->stacks[id];
	path = xcalloc(nr, sizeof(*path));
	for (stack = id; stack && !copy->stacks[stack]; stack = nodes[stack].parent)
		path[--nr] = stack;
	for (uint32_t at = 0; !copy->stacks[id]; at++)
		copy->stacks[path[at]] = stack_table_intern(
			&copy->merge->profile.stacks, copy->stacks[nodes[path[at]].parent],
			copy_frame(copy, nodes[path[at]].frame));
	free(path);
	return copy->stacks[id];
}

static void copy_sample(struct copy *copy, const struct sample *sample)
{
	struct sample_key key = sample->key;
	struct sample *to;

	if (!sample->calls)
		return;
	key.stack = copy_stack(copy, key.stack);
	key.process = copy_string(copy, key.process);
	key.thread = copy_string(copy, key.thread);
	key.path = copy_string(copy, key.path);
	key.region = copy_string(copy, key.region);
	to = profile_sample(&copy->merge->profile, &key);
	to->calls += sample->calls;
	to->time_ns += sample->time_ns;
	to->bytes += sample->bytes;
}

/* Copies the samples of @from in @order, or in their own order if @order is NULL. */
static void copy_samples(struct merge *merge, const struct profile *from, const uint32_t *order)
{
	struct copy copy = {
		.merge = merge,
		.from = from,
		.strings = xcalloc(from->strings.nr, sizeof(uint32_t)),
		.mappings = xcalloc(from->nr_mappings, sizeof(uint32_t)),
		.functions = xcalloc(from->nr_functions, sizeof(uint32_t)),
		.frames = xcalloc(from->nr_frames, sizeof(uint32_t)),
		.stacks = xcalloc(from->stacks.nr, sizeof(uint32_t)),
	};

	for (uint32_t i = 0; i < from->nr_samples; i++)
		copy_sample(&copy, &from->samples[order ? order[i] : i]);
	free(copy.strings);
	free(copy.mappings);
	free(copy.functions);
	free(copy.frames);
	free(copy.stacks);
}

static bool add_totals(struct totals *sum, const struct totals *more)
{
	return !__builtin_add_overflow(sum->calls, more->calls, &sum->calls) &&
	       !__builtin_add_overflow(sum->errors, more->errors, &sum->errors) &&
	       !__builtin_add_overflow(sum->time_ns, more->time_ns, &sum->time_ns) &&
	       !__builtin_add_overflow(sum->bytes, more->bytes, &sum->bytes) &&
	       sum->calls <= INT64_MAX && sum->time_ns <= INT64_MAX && sum->bytes <= INT64_MAX;
}

/*
 * Keeps the earliest known start, and adds the durations: merged runs need not follow each other.
 */
static void add_times(struct profile *to, const struct profile *from)
{
	if (from->start_time_ns && (!to->start_time_ns || from->start_time_ns < to->start_time_ns))
		to->start_time_ns = from->start_time_ns;
	if (__builtin_add_overflow(to->duration_ns, from->duration_ns, &to->duration_ns))
		to->duration_ns = INT64_MAX;
}

int merge_add(struct merge *merge, const struct profile *from)
{
	struct totals more = profile_totals(from), sum = merge->totals;

	if (!add_totals(&sum, &more))
		return -EOVERFLOW;
	if ((uint64_t)merge->profile.stacks.nr + from->stacks.nr > STACK_TABLE_MAX)
		return -E2BIG;
	merge->totals = sum;
	copy_samples(merge, from, NULL);
	merge_facts_add(merge->facts, from);
	add_times(&merge->profile, from);
	return 0;
}

void merge_finish(struct merge *merge, struct profile *result)
{
	struct merge *ordered = merge_new();
	uint32_t *order = merge_order_samples(&merge->profile);

	copy_samples(ordered, &merge->profile, order);
	free(order);
	add_times(&ordered->profile, &merge->profile);
	merge_facts_put(merge->facts, &ordered->profile);
	*result = ordered->profile;
	ordered->profile = (struct profile){ 0 };
	merge_free(ordered);
}
