// SPDX-License-Identifier: MIT
/*
 * Reads the fields of a protobuf message. Refuses groups (wire types 3 and 4).
 */
#include "profile/util/wire.h"

#include <errno.h>

#define VARINT_MAX_SIZE 10

static int wire_varint(struct wire *wire, uint64_t *value)
{
	*value = 0;
	for (unsigned int i = 0; i < VARINT_MAX_SIZE && wire->next < wire->end; i++) {
		unsigned char byte = *wire->next++;

		*value |= (uint64_t)(byte & 0x7f) << (7 * i);
		if (!(byte & 0x80))
			return 0;
	}
	return -EBADMSG;
}

static int wire_value_size(struct wire *wire, struct wire_field *field, uint64_t *size)
{
	struct wire ahead = *wire;
	uint64_t value;

	switch (field->type) {
	case WIRE_VARINT:
		if (wire_varint(&ahead, &value))
			return -EBADMSG;
		*size = (uint64_t)(ahead.next - wire->next);
		return 0;
	case WIRE_FIXED64:
		*size = 8;
		return 0;
	case WIRE_FIXED32:
		*size = 4;
		return 0;
	case WIRE_BYTES:
		return wire_varint(wire, size);
	}
	return -EBADMSG;
}

int wire_next(struct wire *wire, struct wire_field *field)
{
	uint64_t tag, size;

	if (wire->next == wire->end)
		return 0;
	field->start = wire->next;
	if (wire_varint(wire, &tag) || !(tag >> 3) || tag > UINT32_MAX)
		return -EBADMSG;
	field->number = (uint32_t)(tag >> 3);
	field->type = (enum wire_type)(tag & 7);
	if (wire_value_size(wire, field, &size) || size > (uint64_t)(wire->end - wire->next))
		return -EBADMSG;
	field->data = wire->next;
	field->size = (size_t)size;
	wire->next += size;
	return 1;
}
