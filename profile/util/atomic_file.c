// SPDX-License-Identifier: MIT
/*
 * The temporary name is ".scprof-RANDOM.tmp". Its length does not depend on the final name, which
 * may be as long as the file system allows. Nobody can guess it, and O_EXCL ensures that it is a
 * new file.
 */
#include "profile/util/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "profile/util/xalloc.h"

#define NR_NAMES_TRIED 100

static uint64_t random_number(void)
{
	struct timespec now;
	uint64_t number;

	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) == (ssize_t)sizeof(number))
		return number;
	/*
	 * A seccomp filter may deny getrandom. Then the name can be guessed, but O_EXCL still
	 * protects.
	 */
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_nsec << 32 | (uint32_t)getpid();
}

static int create(struct atomic_file *file)
{
	int err = -EEXIST;

	for (int i = 0; i < NR_NAMES_TRIED && err == -EEXIST; i++) {
		free(file->temporary);
		file->temporary =
			xasprintf(".scprof-%016llx.tmp", (unsigned long long)random_number());
		file->fd = openat(file->place.directory, file->temporary,
				  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
		err = file->fd < 0 ? -errno : 0;
	}
	return err;
}

/* Neither truncates nor creates: the file may have been replaced since it was examined. */
static int open_in_place(struct atomic_file *file)
{
	int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY;
	struct stat status;

	flags |= file->place.is_proc ? O_APPEND : O_NOFOLLOW;
	file->fd = openat(file->place.directory, file->place.name, flags);
	if (file->fd < 0)
		return -errno;
	if (file->place.is_proc || (fstat(file->fd, &status) == 0 && !S_ISREG(status.st_mode)))
		return 0;
	close(file->fd);
	return -EEXIST;
}

static void atomic_file_free(struct atomic_file *file)
{
	output_place_fini(&file->place);
	free(file->temporary);
	file->temporary = NULL;
	file->fd = -1;
}

int atomic_file_open(struct atomic_file *file, const char *path, enum name_origin origin)
{
	int err;

	*file = (struct atomic_file){ .fd = -1 };
	err = output_place_find(&file->place, path, origin);
	if (err)
		return err;
	err = file->place.is_special || file->place.is_proc ? open_in_place(file) : create(file);
	if (err)
		atomic_file_free(file);
	return err;
}

/*
 * Makes the new name durable. Has no effect if the directory cannot be opened (creating a file
 * needs only write and search permission), or if its file system does not support it.
 */
static void sync_directory(const struct output_place *place)
{
	int fd = openat(place->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
}

/*
 * fsync(2): with EINVAL and EROFS, @fd is of a kind that needs no sync. If a seccomp filter denies
 * fsync, the file is still complete.
 */
static int sync_file(const struct atomic_file *file)
{
	if (!fsync(file->fd) || errno == EPERM || errno == ENOSYS)
		return 0;
	if (!file->temporary && (errno == EINVAL || errno == EROFS))
		return 0;
	return -errno;
}

void atomic_file_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
	const char *slash = strrchr(path, '/');
	char *folder;

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
	folder = slash ? xasprintf("%.*s/", (int)(slash - path), path) : xstrdup(".");
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

int atomic_file_place(struct atomic_file *file)
{
	int directory = file->place.directory;

	if (file->temporary &&
	    renameat(directory, file->temporary, directory, file->place.name) < 0)
		return -errno;
	free(file->temporary);
	file->temporary = NULL;
	return 0;
}

int atomic_file_commit(struct atomic_file *file, bool is_durable)
{
	bool is_renamed = file->temporary;
	int err = is_durable ? sync_file(file) : 0;

	if (close(file->fd) && !err)
		err = -errno;
	file->fd = -1;
	if (!err)
		err = atomic_file_place(file);
	if (!err && is_renamed && is_durable)
		sync_directory(&file->place);
	atomic_file_abort(file);
	return err;
}

void atomic_file_abort(struct atomic_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	if (file->temporary)
		unlinkat(file->place.directory, file->temporary, 0);
	atomic_file_free(file);
}

/* Creates a file, renames it and removes it. */
static int try_create(struct atomic_file *file)
{
	int directory = file->place.directory;
	char *other;
	int err = create(file);

	if (err)
		return err;
	other = xasprintf("%s2", file->temporary);
	if (renameat(directory, file->temporary, directory, other) < 0) {
		err = -errno;
	} else {
		free(file->temporary);
		file->temporary = other;
		other = NULL;
	}
	free(other);
	if (unlinkat(directory, file->temporary, 0) < 0 && !err)
		err = -errno;
	free(file->temporary);
	file->temporary = NULL;
	return err;
}

int atomic_file_try(const char *path, enum name_origin origin)
{
	struct atomic_file file = { .fd = -1 };
	int err = output_place_find(&file.place, path, origin);

	if (err)
		return err;
	if (file.place.is_special || file.place.is_proc)
		err = strcmp(path, "/dev/null") == 0 ? 0 : -ENXIO;
	else
		err = try_create(&file);
	/* Ignores other errors, such as a full disk: they may be gone when the file is written. */
	if (file.fd >= 0 && write(file.fd, "", 1) < 0 && errno == EFBIG)
		err = -EFBIG;
	atomic_file_abort(&file);
	return err;
}
