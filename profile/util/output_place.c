/* SPDX-License-Identifier: MIT */
/*
 * This module opens the directory of a path once. All later steps use that descriptor, so that
 * other users cannot replace a directory or link between a check and its use. It follows symbolic
 * links in the last component one by one, by the rule of fs.protected_symlinks. In a directory with
 * the sticky bit where everybody may write, it follows a link only if the user or the owner of the
 * directory owns it.
 */
#include "profile/util/output_place.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "profile/util/write_error.h"
#include "profile/util/xalloc.h"

#define MAX_LINKS 40 /* as the kernel does: path_resolution(7) */

void output_place_fini(struct output_place *place)
{
	if (place->directory >= 0)
		close(place->directory);
	free(place->name);
	*place = (struct output_place){ .directory = -1 };
}

/* Moves @place to @path, which is relative to the directory where it is now. */
static int go_to(struct output_place *place, const char *path)
{
	char *copy = xstrdup(path), *other = xstrdup(path);
	int directory = openat(place->directory, dirname(copy), O_PATH | O_DIRECTORY | O_CLOEXEC);
	int err = directory < 0 ? -errno : 0;

	if (!err) {
		char *name = xstrdup(basename(other));

		if (place->directory != AT_FDCWD)
			close(place->directory);
		free(place->name);
		place->directory = directory;
		place->name = name;
	}
	free(copy);
	free(other);
	return err;
}

static bool is_shared(const struct stat *directory)
{
	const mode_t shared = S_ISVTX | S_IWOTH;

	return (directory->st_mode & shared) == shared;
}

/*
 * Returns true if a user who does not own the directory has put @file into a directory where
 * everybody may write.
 */
static bool is_strangers(const struct stat *directory, const struct stat *file)
{
	return is_shared(directory) && file->st_uid != geteuid() &&
	       file->st_uid != directory->st_uid;
}

/*
 * unlink(2): in a directory with the sticky bit, only root, the owner of the file and the owner of
 * the directory may replace the file.
 */
static int check_regular(const struct stat *directory, const struct stat *file,
			 enum name_origin origin)
{
	uid_t uid = geteuid();

	if (file->st_uid == uid || !(directory->st_mode & S_ISVTX))
		return 0;
	if (origin == NAME_DERIVED && is_shared(directory))
		return -EPERM;
	return uid == 0 || directory->st_uid == uid ? 0 : -EPERM;
}

/*
 * Links in /proc lead to open files, which need not have a name. Returns 1 if @place is such a
 * link. Returns 0 if @place was moved to the target of the link. Returns -errno on an error.
 */
static int follow_link(struct output_place *place)
{
	char target[PATH_MAX];
	struct statfs system;
	ssize_t length;

	if (fstatfs(place->directory, &system) == 0 && system.f_type == PROC_SUPER_MAGIC)
		return 1;
	length = readlinkat(place->directory, place->name, target, sizeof(target) - 1);
	if (length < 0)
		return -errno;
	target[length] = '\0';
	if (length == 0 || target[length - 1] == '/')
		return -EISDIR;
	return go_to(place, target);
}

/*
 * Returns 0 if @place is final. Returns 1 if it was a link and has moved. Returns -errno on an
 * error.
 */
static int look(struct output_place *place, enum name_origin origin)
{
	struct stat directory, file;
	int result;

	if (fstat(place->directory, &directory) < 0)
		return -errno;
	if (fstatat(place->directory, place->name, &file, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (S_ISDIR(file.st_mode))
		return -EISDIR;
	place->exists = !S_ISLNK(file.st_mode);
	if (S_ISREG(file.st_mode))
		return check_regular(&directory, &file, origin);
	if (origin == NAME_DERIVED)
		return S_ISLNK(file.st_mode) ? -ELOOP : -ENXIO;
	if (is_strangers(&directory, &file))
		return -EPERM;
	if (S_ISLNK(file.st_mode)) {
		result = follow_link(place);
		place->is_proc = place->exists = result == 1;
		return result < 0 ? result : !result;
	}
	place->is_special = true;
	return 0;
}

int output_place_find(struct output_place *place, const char *path, enum name_origin origin)
{
	size_t length = strlen(path);
	int err;

	*place = (struct output_place){ .directory = AT_FDCWD };
	err = length == 0 ? -ENOENT : go_to(place, path);
	if (!err && path[length - 1] == '/')
		err = -EISDIR;
	if (!err)
		err = 1;
	for (int i = 0; i <= MAX_LINKS && err > 0; i++)
		err = look(place, origin);
	if (err > 0)
		err = -ELOOP;
	if (err)
		output_place_fini(place);
	return err;
}

const char *output_place_explain(const char *path, enum name_origin origin, int err)
{
	struct output_place place;

	if (err == -ENXIO)
		return "It is not a regular file";
	if (err == -ELOOP && origin == NAME_DERIVED)
		return "It is a symbolic link, which scprof follows only under a name that you give";
	/* -EPERM can have other reasons, too. */
	if (err == -EPERM && output_place_find(&place, path, origin) == -EPERM)
		return "It belongs to another user, in a directory where everybody may write";
	return write_error_text(-err);
}

int output_place_clear(const char *path, enum name_origin origin)
{
	struct output_place place;
	int err = output_place_find(&place, path, origin);

	if (err)
		return err;
	if (place.exists && !place.is_special && !place.is_proc &&
	    unlinkat(place.directory, place.name, 0) < 0)
		err = -errno;
	output_place_fini(&place);
	return err;
}
