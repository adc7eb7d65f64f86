// SPDX-License-Identifier: MIT
/*
 * Searches PATH. The errors become the exit statuses 126 and 127.
 */
#include "cli/run/find_program.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "profile/util/xalloc.h"

static bool is_executable_file(const char *path)
{
	struct stat status;

	/* If a seccomp filter denies stat, access and execve decide. */
	if (stat(path, &status) < 0)
		return (errno == EPERM || errno == ENOSYS) && access(path, X_OK) == 0;
	if (!S_ISREG(status.st_mode)) {
		errno = S_ISDIR(status.st_mode) ? EISDIR : EACCES;
		return false;
	}
	return access(path, X_OK) == 0 || errno == EPERM || errno == ENOSYS;
}

/* Returns true if @path exists. Does not change errno. */
static bool is_there(const char *path)
{
	int kept = errno;
	struct stat status;
	bool result = stat(path, &status) == 0;

	errno = kept;
	return result;
}

char *find_program(const char *name)
{
	const char *folders = getenv("PATH");
	int error = ENOENT;

	if (strchr(name, '/'))
		return is_executable_file(name) ? xstrdup(name) : NULL;
	for (folders = folders ? folders : "/bin:/usr/bin"; *name; folders++) {
		int length = (int)strcspn(folders, ":");
		char *path = xasprintf("%.*s%s%s", length, folders, length ? "/" : "", name);

		if (is_executable_file(path))
			return path;
		if (is_there(path))
			error = errno;
		free(path);
		folders += length;
		if (!*folders)
			break;
	}
	errno = error;
	return NULL;
}
