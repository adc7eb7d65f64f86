/* SPDX-License-Identifier: MIT */
/*
 * What the two files of the writer share. Private to them.
 */
#ifndef SCPROF_PROFILE_PPROF_PPROF_WRITE_H
#define SCPROF_PROFILE_PPROF_PPROF_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/model/profile.h"
#include "profile/pprof/pprof.pb-c.h"
#include "profile/util/gzip.h"

/*
 * By how much the remaining samples may increase the sums over all samples. Readers can add without
 * overflow only up to INT64_MAX, so the writer reduces values that would exceed it.
 */
struct writer_room {
	uint64_t calls, time_ns, bytes;
	uint64_t nr_cut; /* number of values that were reduced */
};

struct pprof_writer {
	const struct profile *profile;
	struct gzip_writer *gzip;
	struct string_table strings; /* strings of the file */
	uint32_t nr_pseudo;	     /* strings 1 to nr_pseudo name the pseudo-frames */
	/* The ids in the file, by the model's ids; 0: none (for strings: none yet). */
	uint32_t *string_ids;
	uint32_t *mapping_ids;
	uint32_t *location_ids;
	uint32_t *function_ids;
	uint32_t nr_mappings;
	uint32_t nr_locations; /* without pseudo-frames */
	uint32_t nr_functions; /* without pseudo-frames */
	unsigned char *piece;  /* buffer for one encoded element */
	size_t piece_size;
	uint64_t size;		 /* total size of all elements so far */
	uint32_t nr_nodes;	 /* number of stack nodes that the samples use */
	struct writer_room room; /* for the samples that are not written yet */
	uint64_t *stack;	 /* buffer for the location ids of one sample */
	uint32_t stack_capacity;
};

static inline int64_t writer_clamp(uint64_t value)
{
	return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/*
 * Returns true if @sample has no calls. The model can contain such samples, and the writer omits
 * them.
 */
static inline bool writer_is_empty(const struct sample *sample)
{
	return !sample->calls;
}

/* Returns the id of @text in the file. Adds it if there is none. */
uint32_t writer_put_text(struct pprof_writer *writer, const char *text);
/* Returns the id in the file of the model's string @id. Adds it if there is none. */
uint32_t writer_put_string(struct pprof_writer *writer, uint32_t id);
/* Appends @elements, which is a part of the whole profile, to the file. */
void writer_put_elements(struct pprof_writer *writer, const Pprof__Profile *elements);
/* Returns the location id of the pseudo-frame whose name is the file's string @name. */
uint64_t writer_pseudo_location(const struct pprof_writer *writer, uint32_t name);

/* Returns how many values of samples the writer will reduce because their sums are too large. */
uint64_t writer_count_cut(const struct profile *profile);
/* Writes all samples and the varying sites. */
void writer_put_samples(struct pprof_writer *writer);

#endif
