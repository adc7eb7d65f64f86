/* SPDX-License-Identifier: MIT */
/*
 * Decodes a profile.proto in memory. This part of pprof_read() needs no file, so a fuzzer can call
 * it. Private to this folder and its tests.
 */
#ifndef SCPROF_PROFILE_PPROF_PPROF_DECODE_H
#define SCPROF_PROFILE_PPROF_PPROF_DECODE_H

#include <stddef.h>

#include "profile/model/profile.h"
#include "profile/pprof/pprof_layout.h"
#include "profile/util/id_map.h"

#define PPROF_REASON_SIZE 160

/*
 * Decodes @size bytes at @data into @profile. The caller initialises @profile before, and calls
 * profile_fini() in any case. Returns 0. Returns -EBADMSG on an error; then @reason says what is
 * wrong, and may contain any bytes of the file.
 */
int pprof_decode(struct profile *profile, const void *data, size_t size,
		 char reason[static PPROF_REASON_SIZE]);

/* The rest of this header is shared by pprof_decode.c and pprof_decode_element.c. */

/* One frame of the sample that was decoded last. */
struct decoded_frame {
	uint64_t location; /* the file's location id */
	uint32_t stack;	   /* stack id, with this frame as the innermost */
};

struct decoder {
	struct profile *profile;
	const unsigned char *data;
	size_t size;
	char *reason;
	uint32_t *strings; /* the model's string ids, by the file's string index */
	uint32_t nr_strings;
	uint32_t strings_capacity;
	uint32_t label_keys[PPROF_NR_LABELS]; /* string ids */
	uint32_t run_calls_key;		      /* string id of PPROF_LABEL_RUN_CALLS */
	uint64_t *run_calls; /* of one varying site, by run; NULL if there is one run */
	struct id_map mappings;
	struct id_map functions;
	struct id_map locations; /* to a frame id, or to the string id of a system call's name */
	struct totals totals;
	struct decoded_frame *path; /* outermost first; samples in a row share most of it */
	uint32_t path_size;
	uint32_t path_capacity;
};

/* Formats a text into decoder->reason and returns -EBADMSG. */
int decoder_refuse(struct decoder *decoder, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Stores in *@id the model's id of the file's string @text. Returns 0, or an error if there is no
 * such string.
 */
int decoder_get_string(struct decoder *decoder, int64_t text, uint32_t *id);

/*
 * Each of these decodes one encoded element of at most PPROF_MAX_ELEMENT_SIZE bytes. Returns 0 or
 * -EBADMSG.
 */
#define PPROF_MAX_ELEMENT_SIZE (1u << 20)
int decoder_take_mapping(struct decoder *decoder, const unsigned char *data, size_t size);
int decoder_take_function(struct decoder *decoder, const unsigned char *data, size_t size);
int decoder_take_location(struct decoder *decoder, const unsigned char *data, size_t size);
int decoder_take_sample(struct decoder *decoder, const unsigned char *data, size_t size);

#endif
