// SPDX-License-Identifier: MIT
/*
 * One pass over the components of the path. A component is kept, dropped, or removes the one kept
 * last.
 */
#include "profile/util/source_path.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/xalloc.h"

/* Returns true if the first @length characters of @path end with a component that `..` removes. */
static bool ends_in_name(const char *path, size_t length)
{
	if (length == 0 || path[length - 1] == '/')
		return false;
	if (length >= 2 && memcmp(path + length - 2, "..", 2) == 0)
		return length > 2 && path[length - 3] != '/';
	return true;
}

static size_t drop_last_part(const char *path, size_t length)
{
	while (length && path[length - 1] != '/')
		length--;
	return length > 1 ? length - 1 : length;
}

/* Normalises @path in place. */
static void normalise(char *path)
{
	bool is_absolute = path[0] == '/';
	size_t length = is_absolute; /* length of what is kept */
	const char *part = path + strspn(path, "/");

	while (*part) {
		size_t size = strcspn(part, "/");
		const char *next = part + size + strspn(part + size, "/");
		bool is_up = size == 2 && memcmp(part, "..", 2) == 0;

		if (is_up && ends_in_name(path, length)) {
			length = drop_last_part(path, length);
		} else if (!(size == 1 && *part == '.') && !(is_up && length == 1 && is_absolute)) {
			if (length && path[length - 1] != '/')
				path[length++] = '/';
			memmove(path + length, part, size);
			length += size;
		}
		part = next;
	}
	if (!length && *path)
		path[length++] = '.';
	path[length] = '\0';
}

char *source_path_join(const char *directory, const char *path)
{
	char *joined;

	if (path[0] == '/' || !directory)
		joined = xstrdup(path);
	else
		joined = xasprintf("%s/%s", directory, path);
	normalise(joined);
	return joined;
}
