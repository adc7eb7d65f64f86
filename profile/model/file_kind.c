// SPDX-License-Identifier: MIT
/*
 * The names of file kinds.
 */
#include "profile/model/file_kind.h"

#include <string.h>

static const char *const names[NR_FILE_KINDS] = {
	"", "unknown", "path", "file", "directory", "device", "pipe", "socket", "other",
};

const char *file_kind_name(unsigned int kind)
{
	return kind < NR_FILE_KINDS ? names[kind] : "";
}

enum file_kind file_kind_from_name(const char *name)
{
	for (unsigned int kind = 0; kind < NR_FILE_KINDS; kind++)
		if (strcmp(names[kind], name) == 0)
			return (enum file_kind)kind;
	return FILE_KIND_OTHER;
}
