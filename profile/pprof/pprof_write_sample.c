// SPDX-License-Identifier: MIT
/*
 * Writes samples as profile.proto represents them: locations, values and labels. A varying site of
 * several runs is a sample with no calls.
 */
#include "profile/pprof/pprof_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/model/file_kind.h"
#include "profile/model/histogram.h"
#include "profile/model/runs.h"
#include "profile/pprof/pprof_layout.h"
#include "profile/util/xalloc.h"

static uint64_t frame_location(struct pprof_writer *writer, uint32_t frame)
{
	if (writer->profile->frames[frame].mapping)
		return writer->location_ids[frame];
	return writer_pseudo_location(writer, writer_put_text(writer, PPROF_TRUNCATED_NAME));
}

struct label_list {
	Pprof__Label labels[PPROF_NR_LABELS];
	Pprof__Label *list[PPROF_NR_LABELS];
	size_t nr;
};

static Pprof__Label *add_label(struct pprof_writer *writer, struct label_list *labels,
			       enum pprof_label key)
{
	Pprof__Label *label = &labels->labels[labels->nr];

	pprof__label__init(label);
	label->key = writer_put_text(writer, pprof_label_keys[key]);
	labels->list[labels->nr++] = label;
	return label;
}

/* Readers ignore a label without a text and a unit, so a label with an empty text is left out. */
static void add_text_label(struct pprof_writer *writer, struct label_list *labels,
			   enum pprof_label key, uint32_t text)
{
	if (text)
		add_label(writer, labels, key)->str = text;
}

/* Adds the labels that identify a site. A varying site has only these. */
static void add_site_labels(struct pprof_writer *writer, struct label_list *labels,
			    const struct sample_key *key, uint32_t name)
{
	labels->nr = 0;
	add_text_label(writer, labels, PPROF_LABEL_SYSCALL, name);
	if (key->abi != SYSCALL_ABI_X86_64)
		add_text_label(writer, labels, PPROF_LABEL_ABI,
			       writer_put_text(writer, syscall_abi_name(key->abi)));
	if (key->error)
		add_text_label(writer, labels, PPROF_LABEL_ERRNO,
			       writer_put_text(writer, syscall_errno_name(key->error)));
	add_text_label(writer, labels, PPROF_LABEL_PROCESS,
		       writer_put_string(writer, key->process));
	add_text_label(writer, labels, PPROF_LABEL_REGION, writer_put_string(writer, key->region));
}

/*
 * Adds the labels of a file. A descriptor is written as text, because readers would ignore the
 * number 0.
 */
static void add_touched(struct pprof_writer *writer, struct label_list *labels,
			const struct sample_key *key)
{
	char fd[16];

	if (key->fd && key->fd - 1 <= INT32_MAX) {
		snprintf(fd, sizeof(fd), "%u", key->fd - 1);
		add_text_label(writer, labels, PPROF_LABEL_FD, writer_put_text(writer, fd));
	}
	add_text_label(writer, labels, PPROF_LABEL_KIND,
		       writer_put_text(writer, file_kind_name(key->kind)));
	add_text_label(writer, labels, PPROF_LABEL_PATH, writer_put_string(writer, key->path));
}

static void add_labels(struct pprof_writer *writer, struct label_list *labels,
		       const struct sample_key *key, uint32_t name)
{
	Pprof__Label *latency;

	add_site_labels(writer, labels, key, name);
	add_text_label(writer, labels, PPROF_LABEL_THREAD, writer_put_string(writer, key->thread));
	if (key->pid)
		add_label(writer, labels, PPROF_LABEL_PID)->num = key->pid;
	if (key->tid)
		add_label(writer, labels, PPROF_LABEL_TID)->num = key->tid;
	add_touched(writer, labels, key);
	latency = add_label(writer, labels, PPROF_LABEL_LATENCY);
	latency->num = writer_clamp(histogram_lower(key->bucket));
	latency->num_unit = writer_put_text(writer, PPROF_LATENCY_UNIT);
}

static void push_location(struct pprof_writer *writer, uint32_t *depth, uint64_t location)
{
	writer->stack =
		xgrow(writer->stack, *depth, &writer->stack_capacity, sizeof(*writer->stack));
	writer->stack[(*depth)++] = location;
}

/* Stores the system call and the frames of @stack in writer->stack. Returns how many there are. */
static uint32_t collect_locations(struct pprof_writer *writer, uint32_t name, uint32_t stack)
{
	const struct stack_node *nodes = writer->profile->stacks.nodes;
	uint32_t depth = 0;

	push_location(writer, &depth, writer_pseudo_location(writer, name));
	for (; stack; stack = nodes[stack].parent)
		push_location(writer, &depth, frame_location(writer, nodes[stack].frame));
	return depth;
}

/* Returns @value, or less if there is not enough room. */
static int64_t take(uint64_t *room, uint64_t value, uint64_t *nr_cut)
{
	if (value > *room) {
		value = *room;
		++*nr_cut;
	}
	*room -= value;
	return (int64_t)value;
}

static void init_room(struct writer_room *room)
{
	*room = (struct writer_room){
		.calls = INT64_MAX,
		.time_ns = INT64_MAX,
		.bytes = INT64_MAX,
	};
}

/* Fills in @values. Returns true if there is room for any of the sample's calls. */
static bool take_values(struct writer_room *room, const struct sample *sample,
			int64_t values[static PPROF_NR_VALUES])
{
	values[PPROF_VALUE_CALLS] = take(&room->calls, sample->calls, &room->nr_cut);
	values[PPROF_VALUE_ERRORS] = sample->key.error ? values[PPROF_VALUE_CALLS] : 0;
	if (!values[PPROF_VALUE_CALLS])
		return false;
	values[PPROF_VALUE_TIME] = take(&room->time_ns, sample->time_ns, &room->nr_cut);
	values[PPROF_VALUE_BYTES] = take(&room->bytes, sample->bytes, &room->nr_cut);
	return true;
}

uint64_t writer_count_cut(const struct profile *profile)
{
	int64_t values[PPROF_NR_VALUES];
	struct writer_room room;

	init_room(&room);
	for (uint32_t i = 0; i < profile->nr_samples; i++)
		if (!writer_is_empty(&profile->samples[i]))
			take_values(&room, &profile->samples[i], values);
	return room.nr_cut;
}

static void put_sample(struct pprof_writer *writer, const struct sample *sample)
{
	const struct sample_key *key = &sample->key;
	uint32_t name = writer_put_text(writer, syscall_name(key->abi, key->nr));
	int64_t values[PPROF_NR_VALUES];
	Pprof__Profile element = PPROF__PROFILE__INIT;
	Pprof__Sample message = PPROF__SAMPLE__INIT;
	Pprof__Sample *list = &message;
	struct label_list labels;

	if (!take_values(&writer->room, sample, values))
		return;
	add_labels(writer, &labels, key, name);
	message.n_location_id = collect_locations(writer, name, key->stack);
	message.location_id = writer->stack;
	message.n_value = PPROF_NR_VALUES;
	message.value = values;
	message.n_label = labels.nr;
	message.label = labels.list;
	element.n_sample = 1;
	element.sample = &list;
	writer_put_elements(writer, &element);
}

/*
 * Writes a varying site: a sample with no calls, whose labels give the calls of each run. So it
 * adds nothing to the sums of other tools. The site may be one at which the run of the samples made
 * no calls.
 */
static void put_varying_site(struct pprof_writer *writer, const struct run_site *site)
{
	uint32_t name = writer_put_text(writer, syscall_name(site->key.abi, site->key.nr));
	uint32_t nr_runs = writer->profile->runs->nr;
	int64_t values[PPROF_NR_VALUES] = { 0 };
	Pprof__Profile element = PPROF__PROFILE__INIT;
	Pprof__Sample message = PPROF__SAMPLE__INIT;
	Pprof__Sample *list = &message;
	Pprof__Label *counts = xcalloc(nr_runs, sizeof(*counts));
	Pprof__Label **labels = xcalloc(nr_runs + PPROF_NR_LABELS, sizeof(Pprof__Label *));
	struct label_list keys;

	add_site_labels(writer, &keys, &site->key, name);
	memcpy(labels, keys.list, keys.nr * sizeof(Pprof__Label *));
	for (uint32_t i = 0; i < nr_runs; i++) {
		pprof__label__init(&counts[i]);
		counts[i].key = writer_put_text(writer, PPROF_LABEL_RUN_CALLS);
		counts[i].num = writer_clamp(site->calls[i]);
		counts[i].num_unit = writer_put_text(writer, PPROF_RUN_CALLS_UNIT);
		labels[keys.nr + i] = &counts[i];
	}
	message.n_location_id = collect_locations(writer, name, site->key.stack);
	message.location_id = writer->stack;
	message.n_value = PPROF_NR_VALUES;
	message.value = values;
	message.n_label = keys.nr + nr_runs;
	message.label = labels;
	element.n_sample = 1;
	element.sample = &list;
	writer_put_elements(writer, &element);
	free(labels);
	free(counts);
}

void writer_put_samples(struct pprof_writer *writer)
{
	const struct profile *profile = writer->profile;

	init_room(&writer->room);
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		if (!writer_is_empty(&profile->samples[i]))
			put_sample(writer, &profile->samples[i]);
	}
	for (uint32_t i = 0; profile->runs && i < profile->runs->nr_sites; i++) {
		if (!run_site_is_empty(profile->runs, &profile->runs->sites[i]))
			put_varying_site(writer, &profile->runs->sites[i]);
	}
}
