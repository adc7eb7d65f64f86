/* SPDX-License-Identifier: MIT */
/*
 * Reads the fields of one protobuf message, one after the other, without a copy or allocation.
 * (protobuf.dev, "Encoding": a field is a tag, which is number << 3 | wire type, and a value.)
 */
#ifndef SCPROF_PROFILE_UTIL_WIRE_H
#define SCPROF_PROFILE_UTIL_WIRE_H

#include <stddef.h>
#include <stdint.h>

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

struct wire {
	const unsigned char *next;
	const unsigned char *end;
};

struct wire_field {
	uint32_t number;
	enum wire_type type;
	const unsigned char *start; /* start of the tag */
	const unsigned char *data;  /* start of the value; for WIRE_BYTES after its length */
	size_t size;		    /* size of the value */
};

/* Stores the next field in @field. Returns 1, or 0 at the end, or -EBADMSG. */
int wire_next(struct wire *wire, struct wire_field *field);

#endif
