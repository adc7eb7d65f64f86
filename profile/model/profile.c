// SPDX-License-Identifier: MIT
/*
 * The model's tables are arrays, indexed by id. Each has a hash table that finds an equal element.
 * In mappings, frames and functions, element 0 is "none" and is not in the hash table. Samples have
 * no "none", so their hash table holds index + 1.
 */
#include "profile/model/profile.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/hash.h"
#include "profile/util/xalloc.h"

struct profile_index {
	struct hash_index mappings;
	struct hash_index frames;
	struct hash_index functions;
	struct hash_index samples;
	uint32_t mappings_capacity;
	uint32_t frames_capacity;
	uint32_t functions_capacity;
	uint32_t lines_capacity;
	uint32_t samples_capacity;
	uint32_t facts_capacity;
};

_Static_assert(sizeof(struct sample_key) == 48, "a sample's key is hashed as six words");

static uint64_t mapping_hash_of(const struct mapping *mapping)
{
	uint64_t hash = hash_mix(hash_seed, (uint64_t)mapping->path << 32 | mapping->build_id);

	hash = hash_mix(hash, mapping->start);
	hash = hash_mix(hash, mapping->limit);
	return hash_mix(hash, mapping->file_offset);
}

static uint64_t frame_hash_of(uint32_t mapping, uint64_t offset)
{
	return hash_mix(hash_mix(hash_seed, mapping), offset);
}

static uint64_t function_hash_of(const struct function *function)
{
	uint64_t hash = hash_mix(hash_seed, (uint64_t)function->name << 32 | function->system_name);

	return hash_mix(hash, (uint64_t)function->file << 32 | function->start_line);
}

static inline uint64_t sample_hash_of(const struct sample_key *key)
{
	uint64_t words[sizeof(*key) / sizeof(uint64_t)];
	uint64_t hash = hash_seed;

	memcpy(words, key, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		hash = hash_mix(hash, words[i]);
	return hash;
}

static uint64_t mapping_hash(const void *owner, uint32_t id)
{
	const struct profile *profile = owner;

	return mapping_hash_of(&profile->mappings[id]);
}

static uint64_t frame_hash(const void *owner, uint32_t id)
{
	const struct profile *profile = owner;

	return frame_hash_of(profile->frames[id].mapping, profile->frames[id].offset);
}

static uint64_t function_hash(const void *owner, uint32_t id)
{
	const struct profile *profile = owner;

	return function_hash_of(&profile->functions[id]);
}

static uint64_t sample_hash(const void *owner, uint32_t id)
{
	const struct profile *profile = owner;

	return sample_hash_of(&profile->samples[id - 1].key);
}

static bool mapping_equal(const struct mapping *a, const struct mapping *b)
{
	return a->path == b->path && a->build_id == b->build_id && a->start == b->start &&
	       a->limit == b->limit && a->file_offset == b->file_offset;
}

static bool function_equal(const struct function *a, const struct function *b)
{
	return a->name == b->name && a->system_name == b->system_name && a->file == b->file &&
	       a->start_line == b->start_line;
}

/* Appends an element to the array @field of @profile and evaluates to its id. */
#define PROFILE_APPEND(profile, field, ...)                                                    \
	({                                                                                     \
		(profile)->field =                                                             \
			xgrow((profile)->field, (profile)->nr_##field,                         \
			      &(profile)->index->field##_capacity, sizeof(*(profile)->field)); \
		(profile)->field[(profile)->nr_##field] = __VA_ARGS__;                         \
		(profile)->nr_##field++;                                                       \
	})

void profile_init(struct profile *profile)
{
	*profile = (struct profile){ 0 };
	profile->index = xcalloc(1, sizeof(*profile->index));
	string_table_init(&profile->strings);
	stack_table_init(&profile->stacks);
	hash_index_init(&profile->index->mappings);
	hash_index_init(&profile->index->frames);
	hash_index_init(&profile->index->functions);
	hash_index_init(&profile->index->samples);
	PROFILE_APPEND(profile, mappings, (struct mapping){ 0 });
	PROFILE_APPEND(profile, frames, (struct frame){ 0 });
	PROFILE_APPEND(profile, functions, (struct function){ 0 });
}

void runs_free(struct runs *runs)
{
	if (!runs)
		return;
	for (uint32_t i = 0; i < runs->nr_sites; i++)
		free(runs->sites[i].calls);
	free(runs->sites);
	hash_index_fini(&runs->index);
	free(runs);
}

void profile_fini(struct profile *profile)
{
	if (!profile->index)
		return;
	profile_clear_facts(profile);
	free(profile->facts);
	runs_free(profile->runs);
	free(profile->samples);
	free(profile->lines);
	free(profile->functions);
	free(profile->frames);
	free(profile->mappings);
	hash_index_fini(&profile->index->mappings);
	hash_index_fini(&profile->index->frames);
	hash_index_fini(&profile->index->functions);
	hash_index_fini(&profile->index->samples);
	free(profile->index);
	stack_table_fini(&profile->stacks);
	string_table_fini(&profile->strings);
	*profile = (struct profile){ 0 };
}

uint32_t profile_intern_mapping(struct profile *profile, const struct mapping *mapping)
{
	struct hash_index *index = &profile->index->mappings;
	uint64_t hash = mapping_hash_of(mapping);
	uint32_t bucket = hash_index_first(index, hash);
	uint32_t id;

	while ((id = index->buckets[bucket])) {
		if (mapping_equal(&profile->mappings[id], mapping))
			return id;
		bucket = hash_index_next(index, bucket);
	}
	hash_index_reserve(index, profile->nr_mappings - 1, mapping_hash, profile);
	id = PROFILE_APPEND(profile, mappings, *mapping);
	hash_index_insert(index, hash, id);
	return id;
}

uint32_t profile_intern_frame(struct profile *profile, uint32_t mapping, uint64_t offset)
{
	struct hash_index *index = &profile->index->frames;
	uint64_t hash = frame_hash_of(mapping, offset);
	uint32_t bucket = hash_index_first(index, hash);
	uint32_t id;

	assert(mapping ? mapping < profile->nr_mappings : offset == FRAME_TRUNCATED);
	while ((id = index->buckets[bucket])) {
		if (profile->frames[id].mapping == mapping && profile->frames[id].offset == offset)
			return id;
		bucket = hash_index_next(index, bucket);
	}
	hash_index_reserve(index, profile->nr_frames - 1, frame_hash, profile);
	id = PROFILE_APPEND(profile, frames,
			    (struct frame){ .mapping = mapping, .offset = offset });
	hash_index_insert(index, hash, id);
	return id;
}

uint32_t profile_intern_function(struct profile *profile, const struct function *function)
{
	struct hash_index *index = &profile->index->functions;
	uint64_t hash = function_hash_of(function);
	uint32_t bucket = hash_index_first(index, hash);
	uint32_t id;

	while ((id = index->buckets[bucket])) {
		if (function_equal(&profile->functions[id], function))
			return id;
		bucket = hash_index_next(index, bucket);
	}
	hash_index_reserve(index, profile->nr_functions - 1, function_hash, profile);
	id = PROFILE_APPEND(profile, functions, *function);
	hash_index_insert(index, hash, id);
	return id;
}

void profile_set_lines(struct profile *profile, uint32_t frame, const struct line *lines,
		       uint32_t nr_lines)
{
	struct frame *target = &profile->frames[frame];

	assert(frame && frame < profile->nr_frames);
	target->first_line = profile->nr_lines;
	target->nr_lines = nr_lines;
	for (uint32_t i = 0; i < nr_lines; i++) {
		assert(lines[i].function && lines[i].function < profile->nr_functions);
		PROFILE_APPEND(profile, lines, lines[i]);
	}
}

uint64_t profile_frame_address(const struct profile *profile, uint32_t frame)
{
	const struct frame *source = &profile->frames[frame];
	const struct mapping *mapping = &profile->mappings[source->mapping];

	assert(frame < profile->nr_frames);
	if (!source->mapping)
		return 0;
	return mapping->start + (source->offset - mapping->file_offset);
}

struct sample *profile_sample(struct profile *profile, const struct sample_key *key)
{
	struct hash_index *index = &profile->index->samples;
	uint64_t hash = sample_hash_of(key);
	uint32_t bucket = hash_index_first(index, hash);
	uint32_t id;

	while ((id = index->buckets[bucket])) {
		if (!memcmp(&profile->samples[id - 1].key, key, sizeof(*key)))
			return &profile->samples[id - 1];
		bucket = hash_index_next(index, bucket);
	}
	hash_index_reserve(index, profile->nr_samples, sample_hash, profile);
	id = PROFILE_APPEND(profile, samples, (struct sample){ .key = *key });
	hash_index_insert(index, hash, id + 1);
	return &profile->samples[id];
}

struct sample *profile_take_samples(struct profile *profile, uint32_t *nr)
{
	struct sample *samples = profile->samples;

	*nr = profile->nr_samples;
	profile->samples = NULL;
	profile->nr_samples = 0;
	profile->index->samples_capacity = 0;
	hash_index_fini(&profile->index->samples);
	hash_index_init(&profile->index->samples);
	return samples;
}

uint64_t count_add(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

void totals_add(struct totals *totals, const struct totals *more)
{
	totals->calls = count_add(totals->calls, more->calls);
	totals->errors = count_add(totals->errors, more->errors);
	totals->time_ns = count_add(totals->time_ns, more->time_ns);
	totals->bytes = count_add(totals->bytes, more->bytes);
}

struct totals totals_of_sample(const struct sample *sample)
{
	return (struct totals){
		.calls = sample->calls,
		.errors = sample_errors(sample),
		.time_ns = sample->time_ns,
		.bytes = sample->bytes,
	};
}

struct totals profile_totals(const struct profile *profile)
{
	struct totals totals = { 0 };

	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		const struct sample *sample = &profile->samples[i];

		totals.calls += sample->calls;
		totals.errors += sample_errors(sample);
		totals.time_ns += sample->time_ns;
		totals.bytes += sample->bytes;
	}
	return totals;
}

static struct fact *profile_find_fact(const struct profile *profile, const char *key)
{
	for (uint32_t i = 0; i < profile->nr_facts; i++) {
		if (!strcmp(profile->facts[i].key, key))
			return &profile->facts[i];
	}
	return NULL;
}

void profile_set_fact(struct profile *profile, const char *key, const char *format, ...)
{
	struct fact *fact = profile_find_fact(profile, key);
	char *value;
	va_list args;

	assert(*key && !strstr(key, ": "));
	va_start(args, format);
	value = xvasprintf(format, args);
	va_end(args);
	if (fact) {
		free(fact->value);
		fact->value = value;
		return;
	}
	PROFILE_APPEND(profile, facts, (struct fact){ .key = xstrdup(key), .value = value });
}

void profile_clear_facts(struct profile *profile)
{
	for (uint32_t i = 0; i < profile->nr_facts; i++) {
		free(profile->facts[i].key);
		free(profile->facts[i].value);
	}
	profile->nr_facts = 0;
}

const char *profile_fact(const struct profile *profile, const char *key)
{
	const struct fact *fact = profile_find_fact(profile, key);

	return fact ? fact->value : NULL;
}

bool profile_is_complete(const struct profile *profile)
{
	const char *complete = profile_fact(profile, PROFILE_FACT_COMPLETE);

	return complete && strcmp(complete, "yes") == 0;
}
