/* SPDX-License-Identifier: MIT */
/*
 * Files that were built with this program are near it in the build tree, or installed.
 */
#include "profile/util/built_file.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/util/xalloc.h"

char *built_file_find(const char *in_tree, const char *installed, int mode)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *path;

	if (length > 0) {
		self[length] = '\0';
		*strrchr(self, '/') = '\0';
		path = xasprintf("%s/%s", self, in_tree);
		if (access(path, mode) == 0)
			return path;
		free(path);
	}
	return xstrdup(installed);
}
