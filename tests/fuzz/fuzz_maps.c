// SPDX-License-Identifier: MIT
/*
 * libFuzzer harness for the parser of /proc/PID/maps (`make fuzz`). The input is one line. The
 * fields of an accepted line must lie within the line. Printed as the kernel prints it, and parsed
 * again, they must be the same.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helper/unwind/maps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct maps_line *line)
{
	struct maps_line again;
	char text[256];

	snprintf(text, sizeof(text),
		 "%" PRIx64 "-%" PRIx64 " %c%c%cp %" PRIx64 " %x:%x %" PRIu64 " /x", line->start,
		 line->end, line->is_readable ? 'r' : '-', line->is_writable ? 'w' : '-',
		 line->is_executable ? 'x' : '-', line->offset, line->dev_major, line->dev_minor,
		 line->inode);
	if (!maps_line_parse(text, &again) || strcmp(again.path, "/x") != 0)
		abort();
	again.path = line->path;
	if (again.start != line->start || again.end != line->end || again.offset != line->offset ||
	    again.inode != line->inode || again.dev_major != line->dev_major ||
	    again.dev_minor != line->dev_minor || again.is_readable != line->is_readable ||
	    again.is_writable != line->is_writable || again.is_executable != line->is_executable)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct maps_line line;

	memcpy(text, data, size);
	text[size] = '\0';
	if (maps_line_parse(text, &line)) {
		if (line.path < text || line.path > text + size || line.start >= line.end)
			abort();
		check_round_trip(&line);
	}
	free(text);
	return 0;
}
