// SPDX-License-Identifier: MIT
/*
 * The temporary name is ".scprof-PID-N.tmp": its length does not depend on the wanted name, which
 * may be as long as the file system allows. Opened with O_EXCL, so it is never somebody's file.
 */
#include "profile/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "profile/xalloc.h"

#define NR_NAMES_TRIED 1000

static char *directory_of(const char *path)
{
	char *copy = xstrdup(path);
	char *directory = xstrdup(dirname(copy));

	free(copy);
	return directory;
}

static int atomic_file_create(struct atomic_file *file)
{
	char *directory = directory_of(file->path);
	int err = -EEXIST;

	for (int i = 0; i < NR_NAMES_TRIED && err == -EEXIST; i++) {
		free(file->temporary);
		file->temporary = xasprintf("%s/.scprof-%d-%d.tmp", directory, getpid(), i);
		file->fd = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		err = file->fd < 0 ? -errno : 0;
	}
	free(directory);
	return err;
}

static void atomic_file_free(struct atomic_file *file)
{
	free(file->path);
	free(file->temporary);
	*file = (struct atomic_file){ .fd = -1 };
}

int atomic_file_open(struct atomic_file *file, const char *path)
{
	struct stat status;
	char *real = realpath(path, NULL);
	int err;

	*file = (struct atomic_file){ .fd = -1, .path = real ? real : xstrdup(path) };
	if (!stat(file->path, &status) && !S_ISREG(status.st_mode)) {
		file->fd = open(file->path, O_WRONLY | O_CLOEXEC);
		err = file->fd < 0 ? -errno : 0;
	} else {
		err = atomic_file_create(file);
	}
	if (err)
		atomic_file_free(file);
	return err;
}

/*
 * Makes the new name durable. Without effect where the directory cannot be opened (write and
 * search permission are enough to create a file in it) or its file system does not sync it.
 */
static void sync_directory_of(const char *path)
{
	char *directory = directory_of(path);
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(directory);
}

/* fsync(2): EINVAL and EROFS say that @fd is of a kind that has nothing to sync. */
static int sync_file(const struct atomic_file *file)
{
	if (!fsync(file->fd))
		return 0;
	if (!file->temporary && (errno == EINVAL || errno == EROFS))
		return 0;
	return -errno;
}

int atomic_file_commit(struct atomic_file *file, bool is_durable)
{
	int err = is_durable ? sync_file(file) : 0;

	if (close(file->fd) && !err)
		err = -errno;
	file->fd = -1;
	if (!err && file->temporary && rename(file->temporary, file->path))
		err = -errno;
	if (err) {
		atomic_file_abort(file);
		return err;
	}
	if (file->temporary && is_durable)
		sync_directory_of(file->path);
	atomic_file_free(file);
	return 0;
}

void atomic_file_abort(struct atomic_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	if (file->temporary)
		unlink(file->temporary);
	atomic_file_free(file);
}
