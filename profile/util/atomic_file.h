/* SPDX-License-Identifier: MIT */
/*
 * A file that appears complete or not at all. It is written under a new name in the same directory,
 * synced if the caller asks for it, and then renamed. No existing file is opened. So a symbolic or
 * hard link that another user has put there cannot damage a file. A device or pipe that the user
 * names, such as /dev/stdout, cannot be replaced in this way and is written directly.
 */
#ifndef SCPROF_PROFILE_UTIL_ATOMIC_FILE_H
#define SCPROF_PROFILE_UTIL_ATOMIC_FILE_H

#include <stdbool.h>

#include "profile/util/output_place.h"

struct atomic_file {
	int fd; /* the descriptor to write to */
	struct output_place place;
	char *temporary; /* name in the place's directory; NULL if the file is written directly */
};

/*
 * Opens a new file for @path. Returns 0; then the caller must call atomic_file_commit() or
 * atomic_file_abort(). Returns -errno on an error, which output_place_explain() describes.
 */
int atomic_file_open(struct atomic_file *file, const char *path, enum name_origin origin);

/*
 * Renames the file to its final name now, while it is still being written. It keeps this name also
 * if the caller aborts. Returns 0 or -errno.
 */
int atomic_file_place(struct atomic_file *file);

/*
 * Closes the file and gives it its final name; syncs it to disk if @is_durable. Returns 0. Returns
 * -errno on an error, and leaves no file.
 */
int atomic_file_commit(struct atomic_file *file, bool is_durable);

void atomic_file_abort(struct atomic_file *file);

/*
 * Syncs the file @path to disk, which was committed without that before. Does nothing if the file
 * no longer exists, and ignores errors.
 */
void atomic_file_sync(const char *path);

/*
 * Tests if a file can be created for @path, and leaves none. Returns 0 or -errno. Returns -ENXIO
 * for a device or pipe, which it does not open, except for /dev/null. Returns -EFBIG if
 * RLIMIT_FSIZE is 0.
 */
int atomic_file_try(const char *path, enum name_origin origin);

#endif
