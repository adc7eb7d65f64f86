// SPDX-License-Identifier: MIT
/*
 * In a work tree `.git` is a directory. In a submodule, or in a further work tree, it is a file.
 */
#include "profile/util/source_root.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/util/xalloc.h"

static int has_git(const char *directory)
{
	char *path = xasprintf("%s/.git", directory);
	int found = !access(path, F_OK);

	free(path);
	return found;
}

char *source_root_find(void)
{
	char *current = getcwd(NULL, 0);
	char *root;

	if (!current)
		return NULL;
	root = xstrdup(current);
	while (*root && !has_git(root))
		*strrchr(root, '/') = '\0';
	if (*root) {
		free(current);
		return root;
	}
	free(root);
	return current;
}

char *source_root_relative(const char *root, const char *path)
{
	size_t length = root ? strlen(root) : 0;

	if (!length || *path != '/')
		return xstrdup(path);
	if (!strncmp(path, root, length) && path[length] == '/')
		return xstrdup(path + length + 1);
	for (const char *slash = path; slash; slash = strchr(slash + 1, '/')) {
		char *here = xasprintf("%s%s", root, slash);
		int is_there = slash[1] && !access(here, F_OK);

		free(here);
		if (is_there)
			return xstrdup(slash + 1);
	}
	return xstrdup(path);
}
