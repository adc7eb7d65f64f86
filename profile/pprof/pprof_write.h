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
 * How much samples may still add to the sums of all. Readers add without overflow only up to
 * INT64_MAX; a value beyond is cut.
 */
struct writer_room {
	uint64_t calls, time_ns, bytes;
	uint64_t nr_cut; /* values */
};

struct pprof_writer {
	const struct profile *profile;
	struct gzip_writer *gzip;
	struct string_table strings; /* of the file */
	uint32_t nr_pseudo;	     /* strings 1 to nr_pseudo name the pseudo-frames */
	/* By the model's id: the id in the file; 0 when it has none (yet, for strings). */
	uint32_t *string_ids;
	uint32_t *mapping_ids;
	uint32_t *location_ids;
	uint32_t *function_ids;
	uint32_t nr_mappings;
	uint32_t nr_locations; /* real ones */
	uint32_t nr_functions; /* real ones */
	unsigned char *piece;  /* one encoded element */
	size_t piece_size;
	uint64_t size;		 /* of all elements so far */
	uint32_t nr_nodes;	 /* of stacks that are used */
	struct writer_room room; /* for the samples that are still to be put */
	uint64_t *stack;	 /* location ids of one sample */
	uint32_t stack_capacity;
};

static inline int64_t writer_clamp(uint64_t value)
{
	return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* What the model made room for but nobody counted; such a sample is not written. */
static inline bool writer_is_empty(const struct sample *sample)
{
	return !sample->calls;
}

/* Returns the file's id for @text. */
uint32_t writer_put_text(struct pprof_writer *writer, const char *text);
/* Returns the file's id for the string @id of the model. */
uint32_t writer_put_string(struct pprof_writer *writer, uint32_t id);
/* Appends @elements, a piece of the whole, to the file. */
void writer_put_elements(struct pprof_writer *writer, const Pprof__Profile *elements);
/* Returns the id of the pseudo-frame that the file's string @name names. */
uint64_t writer_pseudo_location(const struct pprof_writer *writer, uint32_t name);

/* Returns how many values of samples will be cut since they are too large. */
uint64_t writer_count_cut(const struct profile *profile);
/* Puts all samples, and the varying sites. */
void writer_put_samples(struct pprof_writer *writer);

#endif
