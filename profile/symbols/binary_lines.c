// SPDX-License-Identifier: MIT
/*
 * Frees the strings of binary lines, which the lines own.
 */
#include "profile/symbols/binary_lines.h"

#include <stdlib.h>

void binary_lines_fini(struct binary_lines *lines)
{
	for (uint32_t i = 0; i < lines->nr; i++) {
		free(lines->lines[i].system_name);
		free(lines->lines[i].file);
	}
	lines->nr = 0;
}
