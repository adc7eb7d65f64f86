// SPDX-License-Identifier: MIT
/*
 * Decodes the elements of a profile.proto. Each is unpacked alone, checked against the elements
 * before it, and freed. The order is mappings, functions, locations, samples.
 */
#include "profile/pprof/pprof_decode.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/model/file_kind.h"
#include "profile/model/histogram.h"
#include "profile/model/runs.h"
#include "profile/pprof/pprof.pb-c.h"
#include "profile/util/xalloc.h"

#define MAX_LABELS (RUNS_MAX + 64u)

enum location_kind { LOCATION_FRAME, LOCATION_SYSCALL };

/* The labels of one sample. */
struct label_values {
	bool has[PPROF_NR_LABELS];
	int64_t value[PPROF_NR_LABELS]; /* a string id of the model, or a number */
	uint32_t nr_run_calls;		/* number of elements in decoder->run_calls */
};

static int get_u32(struct decoder *decoder, int64_t number, uint32_t *value)
{
	*value = 0;
	if (number < 0 || number > UINT32_MAX)
		return decoder_refuse(decoder, "number %jd is out of range", (intmax_t)number);
	*value = (uint32_t)number;
	return 0;
}

static int decode_mapping(struct decoder *decoder, const Pprof__Mapping *message)
{
	struct mapping mapping = {
		.start = message->memory_start,
		.limit = message->memory_limit,
		.file_offset = message->file_offset,
	};
	struct id_entry entry = { .from = message->id };
	int err = decoder_get_string(decoder, message->filename, &mapping.path);

	if (!err)
		err = decoder_get_string(decoder, message->build_id, &mapping.build_id);
	if (err)
		return err;
	if (mapping.limit < mapping.start)
		return decoder_refuse(decoder, "mapping %ju ends before its start",
				      (uintmax_t)message->id);
	entry.to = profile_intern_mapping(decoder->profile, &mapping);
	if (!id_map_add(&decoder->mappings, entry))
		return decoder_refuse(decoder, "mapping id %ju is 0 or not the only one",
				      (uintmax_t)message->id);
	return 0;
}

static int decode_function(struct decoder *decoder, const Pprof__Function *message)
{
	struct function function = { 0 };
	struct id_entry entry = { .from = message->id };
	int err = decoder_get_string(decoder, message->name, &function.name);

	if (!err)
		err = decoder_get_string(decoder, message->system_name, &function.system_name);
	if (!err)
		err = decoder_get_string(decoder, message->filename, &function.file);
	if (!err)
		err = get_u32(decoder, message->start_line, &function.start_line);
	if (err)
		return err;
	entry.to = profile_intern_function(decoder->profile, &function);
	if (!id_map_add(&decoder->functions, entry))
		return decoder_refuse(decoder, "function id %ju is 0 or not the only one",
				      (uintmax_t)message->id);
	return 0;
}

static int decode_line(struct decoder *decoder, const Pprof__Line *message, struct line *line)
{
	const struct id_entry *function = id_map_find(&decoder->functions, message->function_id);

	if (!function)
		return decoder_refuse(decoder, "no function %ju", (uintmax_t)message->function_id);
	line->function = function->to;
	return get_u32(decoder, message->line, &line->line);
}

/* A location without mapping is a system call, or the pseudo-frame of a truncated stack. */
static int decode_pseudo_location(struct decoder *decoder, const Pprof__Location *message,
				  struct id_entry *entry)
{
	struct line line;
	int err;

	if (message->n_line != 1 || message->address)
		return decoder_refuse(decoder, "location %ju has no mapping",
				      (uintmax_t)message->id);
	err = decode_line(decoder, message->line[0], &line);
	if (err)
		return err;
	entry->kind = LOCATION_SYSCALL;
	entry->to = decoder->profile->functions[line.function].name;
	if (!strcmp(string_table_get(&decoder->profile->strings, entry->to),
		    PPROF_TRUNCATED_NAME)) {
		entry->kind = LOCATION_FRAME;
		entry->to = profile_intern_frame(decoder->profile, 0, FRAME_TRUNCATED);
	}
	return 0;
}

static int decode_frame_location(struct decoder *decoder, const Pprof__Location *message,
				 struct id_entry *entry)
{
	const struct id_entry *mapping = id_map_find(&decoder->mappings, message->mapping_id);
	uint32_t nr_frames = decoder->profile->nr_frames;
	const struct mapping *range;
	struct line *lines;
	int err = 0;

	if (!mapping)
		return decoder_refuse(decoder, "no mapping %ju", (uintmax_t)message->mapping_id);
	range = &decoder->profile->mappings[mapping->to];
	entry->kind = LOCATION_FRAME;
	entry->to = profile_intern_frame(decoder->profile, mapping->to,
					 message->address - range->start + range->file_offset);
	/*
	 * If the frame exists already, keep its lines. Two files whose names were not UTF-8 may
	 * have become one.
	 */
	if (decoder->profile->nr_frames == nr_frames)
		return 0;
	lines = xcalloc(message->n_line, sizeof(*lines));
	for (size_t i = 0; i < message->n_line && !err; i++)
		err = decode_line(decoder, message->line[i], &lines[i]);
	if (!err)
		profile_set_lines(decoder->profile, entry->to, lines, (uint32_t)message->n_line);
	free(lines);
	return err;
}

static int decode_location(struct decoder *decoder, const Pprof__Location *message)
{
	struct id_entry entry = { .from = message->id };
	int err = message->mapping_id ? decode_frame_location(decoder, message, &entry)
				      : decode_pseudo_location(decoder, message, &entry);

	if (!err && !id_map_add(&decoder->locations, entry))
		err = decoder_refuse(decoder, "location id %ju is 0 or not the only one",
				     (uintmax_t)message->id);
	return err;
}

static bool is_number(enum pprof_label key)
{
	return key == PPROF_LABEL_PID || key == PPROF_LABEL_TID || key == PPROF_LABEL_LATENCY;
}

/* Decodes one of the labels of a varying site. They are in the order of the runs. */
static int decode_run_calls(struct decoder *decoder, const Pprof__Label *label,
			    struct label_values *values)
{
	if (values->nr_run_calls == profile_nr_runs(decoder->profile) || !decoder->run_calls)
		return decoder_refuse(decoder, "calls of more runs than there were");
	if (label->str || label->num < 0)
		return decoder_refuse(decoder, "label '%s' is not a count", PPROF_LABEL_RUN_CALLS);
	decoder->run_calls[values->nr_run_calls++] = (uint64_t)label->num;
	return 0;
}

/* Decodes a label. Ignores labels that another tool has added. */
static int decode_label(struct decoder *decoder, const Pprof__Label *label,
			struct label_values *values)
{
	uint32_t key_string, text, key = 0;
	int err = decoder_get_string(decoder, label->key, &key_string);

	if (!err)
		err = decoder_get_string(decoder, label->str, &text);
	if (err)
		return err;
	if (key_string == decoder->run_calls_key)
		return decode_run_calls(decoder, label, values);
	while (key < PPROF_NR_LABELS && decoder->label_keys[key] != key_string)
		key++;
	if (key == PPROF_NR_LABELS)
		return 0;
	if (values->has[key])
		return decoder_refuse(decoder, "two labels '%s' in a sample",
				      pprof_label_keys[key]);
	if (is_number(key) ? label->str : !label->str)
		return decoder_refuse(decoder, "label '%s' of the wrong kind",
				      pprof_label_keys[key]);
	if (label->num < 0)
		return decoder_refuse(decoder, "label '%s' is negative", pprof_label_keys[key]);
	values->has[key] = true;
	values->value[key] = is_number(key) ? label->num : text;
	return 0;
}

static int decode_labels(struct decoder *decoder, const Pprof__Sample *message,
			 struct label_values *values)
{
	int err = 0;

	if (message->n_label > MAX_LABELS)
		return decoder_refuse(decoder, "a sample with %zu labels", message->n_label);
	for (size_t i = 0; i < message->n_label && !err; i++)
		err = decode_label(decoder, message->label[i], values);
	if (!err && !(values->has[PPROF_LABEL_SYSCALL] &&
		      (values->has[PPROF_LABEL_LATENCY] || values->nr_run_calls)))
		err = decoder_refuse(decoder, "a sample without syscall or latency label");
	return err;
}

static const char *label_text(const struct decoder *decoder, const struct label_values *values,
			      enum pprof_label key)
{
	return string_table_get(&decoder->profile->strings, (uint32_t)values->value[key]);
}

static int decode_syscall(struct decoder *decoder, const struct label_values *values,
			  struct sample_key *key)
{
	const char *name = label_text(decoder, values, PPROF_LABEL_SYSCALL);
	int abi = SYSCALL_ABI_X86_64;
	int64_t nr;

	if (values->has[PPROF_LABEL_ABI])
		abi = syscall_abi_from_name(label_text(decoder, values, PPROF_LABEL_ABI));
	if (abi < 0)
		return decoder_refuse(decoder, "abi '%.40s' is not known",
				      label_text(decoder, values, PPROF_LABEL_ABI));
	nr = syscall_number((enum syscall_abi)abi, name);
	if (nr < 0 || nr > UINT32_MAX)
		return decoder_refuse(decoder, "system call '%.40s' is not known", name);
	key->abi = (uint16_t)abi;
	key->nr = (uint32_t)nr;
	return 0;
}

static int decode_error(struct decoder *decoder, const struct label_values *values,
			struct sample_key *key)
{
	const char *name = label_text(decoder, values, PPROF_LABEL_ERRNO);
	int error;

	if (!values->has[PPROF_LABEL_ERRNO])
		return 0;
	error = syscall_errno_from_name(name);
	if (error <= 0 || error > UINT16_MAX)
		return decoder_refuse(decoder, "errno '%.40s' is not known", name);
	key->error = (uint16_t)error;
	return 0;
}

static int decode_touched(struct decoder *decoder, const struct label_values *values,
			  struct sample_key *key)
{
	const char *text = label_text(decoder, values, PPROF_LABEL_FD);
	char *end = NULL;
	unsigned long fd = 0;

	if (values->has[PPROF_LABEL_KIND])
		key->kind = (uint16_t)file_kind_from_name(
			label_text(decoder, values, PPROF_LABEL_KIND));
	key->path = (uint32_t)values->value[PPROF_LABEL_PATH];
	if (!values->has[PPROF_LABEL_FD])
		return 0;
	if (*text >= '0' && *text <= '9')
		fd = strtoul(text, &end, 10);
	if (!end || *end || fd > INT32_MAX)
		return decoder_refuse(decoder, "fd '%.40s' is not a descriptor", text);
	key->fd = (uint32_t)fd + 1;
	return 0;
}

static int decode_key(struct decoder *decoder, const struct label_values *values,
		      struct sample_key *key)
{
	int err = decode_syscall(decoder, values, key);

	if (!err)
		err = decode_error(decoder, values, key);
	if (!err)
		err = get_u32(decoder, values->value[PPROF_LABEL_PID], &key->pid);
	if (!err)
		err = get_u32(decoder, values->value[PPROF_LABEL_TID], &key->tid);
	if (!err)
		err = decode_touched(decoder, values, key);
	key->process = (uint32_t)values->value[PPROF_LABEL_PROCESS];
	key->thread = (uint32_t)values->value[PPROF_LABEL_THREAD];
	key->region = (uint32_t)values->value[PPROF_LABEL_REGION];
	key->bucket = (uint16_t)histogram_bucket((uint64_t)values->value[PPROF_LABEL_LATENCY]);
	return err;
}

/* Interns the frame at @location of a sample, with the stack *@stack outside of it. */
static int push_frame(struct decoder *decoder, uint64_t location, uint32_t *stack)
{
	const struct id_entry *entry = id_map_find(&decoder->locations, location);

	if (!entry)
		return decoder_refuse(decoder, "no location %ju", (uintmax_t)location);
	if (entry->kind != LOCATION_FRAME)
		return decoder_refuse(decoder, "a system call inside a stack");
	if (*stack && !decoder->profile->frames[entry->to].mapping)
		return decoder_refuse(decoder, "a truncation inside a stack");
	*stack = stack_table_intern(&decoder->profile->stacks, *stack, entry->to);
	if (decoder->profile->stacks.nr > STACK_TABLE_MAX)
		return decoder_refuse(decoder, "too many stacks");
	return 0;
}

/*
 * Stores the frame at @location of a sample as element @depth of the path. Its callers are there
 * already.
 */
static int enter_frame(struct decoder *decoder, uint32_t depth, uint64_t location)
{
	uint32_t stack = depth ? decoder->path[depth - 1].stack : 0;
	int err;

	if (depth < decoder->path_size && decoder->path[depth].location == location)
		return 0;
	decoder->path_size = depth;
	err = push_frame(decoder, location, &stack);
	if (err)
		return err;
	decoder->path =
		xgrow(decoder->path, depth, &decoder->path_capacity, sizeof(*decoder->path));
	decoder->path[depth] = (struct decoded_frame){ .location = location, .stack = stack };
	decoder->path_size = depth + 1;
	return 0;
}

/* The first location is the system call. The others are the stack, call site first. */
static int decode_stack(struct decoder *decoder, const Pprof__Sample *message, int64_t name,
			uint32_t *stack)
{
	const struct id_entry *leaf;
	uint32_t depth = 0;
	int err = 0;

	if (!message->n_location_id)
		return decoder_refuse(decoder, "a sample without locations");
	if (message->n_location_id > PPROF_MAX_STACK_DEPTH)
		return decoder_refuse(decoder, "a stack of %zu frames", message->n_location_id);
	leaf = id_map_find(&decoder->locations, message->location_id[0]);
	if (!leaf || leaf->kind != LOCATION_SYSCALL || leaf->to != name)
		return decoder_refuse(decoder, "a sample whose leaf is not its system call");
	for (size_t i = message->n_location_id - 1; i && !err; i--)
		err = enter_frame(decoder, depth++, message->location_id[i]);
	*stack = depth && !err ? decoder->path[depth - 1].stack : 0;
	return err;
}

static int check_values(struct decoder *decoder, const Pprof__Sample *message, bool has_failed)
{
	const int64_t *value = message->value;

	if (message->n_value != PPROF_NR_VALUES)
		return decoder_refuse(decoder, "a sample with %zu values", message->n_value);
	for (int i = 0; i < PPROF_NR_VALUES; i++) {
		if (value[i] < 0)
			return decoder_refuse(decoder, "a negative value");
	}
	if (!value[PPROF_VALUE_CALLS])
		return decoder_refuse(decoder, "a sample without calls");
	if (value[PPROF_VALUE_ERRORS] != (has_failed ? value[PPROF_VALUE_CALLS] : 0))
		return decoder_refuse(decoder, "a sample whose errors do not match its errno");
	return 0;
}

/* Adds @value to *@total. Returns false if the sum exceeds the range of a value in the file. */
static bool add_total(uint64_t *total, int64_t value)
{
	*total += (uint64_t)value;
	return *total <= INT64_MAX;
}

static int add_values(struct decoder *decoder, const struct sample_key *key, const int64_t *value)
{
	struct totals *totals = &decoder->totals;
	struct sample *sample;

	if (!add_total(&totals->calls, value[PPROF_VALUE_CALLS]) ||
	    !add_total(&totals->time_ns, value[PPROF_VALUE_TIME]) ||
	    !add_total(&totals->bytes, value[PPROF_VALUE_BYTES]))
		return decoder_refuse(decoder, "values too large to add");
	sample = profile_sample(decoder->profile, key);
	sample->calls += (uint64_t)value[PPROF_VALUE_CALLS];
	sample->time_ns += (uint64_t)value[PPROF_VALUE_TIME];
	sample->bytes += (uint64_t)value[PPROF_VALUE_BYTES];
	return 0;
}

static int add_varying_site(struct decoder *decoder, const Pprof__Sample *message,
			    const struct label_values *values, const struct sample_key *key)
{
	uint64_t *calls = profile_varying_site(decoder->profile, key)
				  ? profile_varying_site(decoder->profile, key)->calls
				  : NULL;

	for (size_t i = 0; i < message->n_value; i++) {
		if (message->value[i])
			return decoder_refuse(decoder, "a varying site with values of its own");
	}
	if (values->nr_run_calls != profile_nr_runs(decoder->profile))
		return decoder_refuse(decoder, "calls of %u runs instead of %u",
				      values->nr_run_calls, profile_nr_runs(decoder->profile));
	/* Two sites may have become one if the names of their processes were not UTF-8. */
	if (!calls)
		calls = profile_add_varying_site(decoder->profile, key);
	for (uint32_t i = 0; i < values->nr_run_calls; i++) {
		calls[i] += decoder->run_calls[i];
		if (calls[i] > INT64_MAX)
			return decoder_refuse(decoder, "values too large to add");
	}
	return 0;
}

static int decode_sample(struct decoder *decoder, const Pprof__Sample *message)
{
	struct label_values values = { 0 };
	struct sample_key key = { 0 };
	int err = decode_labels(decoder, message, &values);

	if (!err)
		err = decode_key(decoder, &values, &key);
	if (!err)
		err = decode_stack(decoder, message, values.value[PPROF_LABEL_SYSCALL], &key.stack);
	if (!err && values.nr_run_calls)
		return add_varying_site(decoder, message, &values, &key);
	if (!err)
		err = check_values(decoder, message, key.error != 0);
	if (!err)
		err = add_values(decoder, &key, message->value);
	return err;
}

/* Defines decoder_take_@kind(): unpacks, decodes and frees an element. */
#define DEFINE_TAKE(kind, Message)                                                               \
	int decoder_take_##kind(struct decoder *decoder, const unsigned char *data, size_t size) \
	{                                                                                        \
		Message *message = pprof__##kind##__unpack(NULL, size, data);                    \
		int err;                                                                         \
                                                                                                 \
		if (!message)                                                                    \
			return decoder_refuse(decoder, "a malformed " #kind);                    \
		err = decode_##kind(decoder, message);                                           \
		pprof__##kind##__free_unpacked(message, NULL);                                   \
		return err;                                                                      \
	}

DEFINE_TAKE(mapping, Pprof__Mapping)
DEFINE_TAKE(function, Pprof__Function)
DEFINE_TAKE(location, Pprof__Location)
DEFINE_TAKE(sample, Pprof__Sample)
