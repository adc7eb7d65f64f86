/* SPDX-License-Identifier: MIT */
/*
 * profile.proto in memory to the model; the part of pprof_read that needs no file, so that a
 * fuzzer can drive it. Private to this folder and its tests.
 */
#ifndef SCPROF_PROFILE_PPROF_PPROF_DECODE_H
#define SCPROF_PROFILE_PPROF_PPROF_DECODE_H

#include <stddef.h>

#include "profile/model/profile.h"
#include "profile/pprof/pprof_layout.h"
#include "profile/util/id_map.h"

#define PPROF_REASON_SIZE 160

/*
 * Decodes @size bytes at @data into @profile, which the caller has initialised and frees, also
 * after an error: -EBADMSG, with a text in @reason that says what is wrong (and may hold any bytes
 * of the file).
 */
int pprof_decode(struct profile *profile, const void *data, size_t size,
		 char reason[static PPROF_REASON_SIZE]);

/* The rest is between pprof_decode.c and pprof_decode_element.c. */

/* One frame of the sample that was decoded last. */
struct decoded_frame {
	uint64_t location; /* as in the file */
	uint32_t stack;	   /* with this frame as the innermost */
};

struct decoder {
	struct profile *profile;
	const unsigned char *data;
	size_t size;
	char *reason;
	uint32_t *strings; /* by index in the file: string id */
	uint32_t nr_strings;
	uint32_t strings_capacity;
	uint32_t label_keys[PPROF_NR_LABELS]; /* string ids */
	uint32_t run_calls_key;		      /* the same, of PPROF_LABEL_RUN_CALLS */
	uint64_t *run_calls; /* of one varying site; NULL: the profile is of one run */
	struct id_map mappings;
	struct id_map functions;
	struct id_map locations; /* to a frame, or to the string that names a system call */
	struct totals totals;
	struct decoded_frame *path; /* outermost first: neighbours in a file share most of it */
	uint32_t path_size;
	uint32_t path_capacity;
};

/* Puts a text into decoder->reason and returns -EBADMSG. */
int decoder_refuse(struct decoder *decoder, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Gives in *@id the model's id of the file's string @text, or refuses. */
int decoder_get_string(struct decoder *decoder, int64_t text, uint32_t *id);

/* Each decodes one packed element of at most PPROF_MAX_ELEMENT_SIZE bytes. */
#define PPROF_MAX_ELEMENT_SIZE (1u << 20)
int decoder_take_mapping(struct decoder *decoder, const unsigned char *data, size_t size);
int decoder_take_function(struct decoder *decoder, const unsigned char *data, size_t size);
int decoder_take_location(struct decoder *decoder, const unsigned char *data, size_t size);
int decoder_take_sample(struct decoder *decoder, const unsigned char *data, size_t size);

#endif
