/* SPDX-License-Identifier: MIT */
/*
 * A file that appears whole or not at all: written under a new name in the same directory,
 * made durable if asked for, then renamed. No file that exists is opened, so a link, symbolic or
 * hard, that somebody has put there costs nobody a file. A device or pipe that the user names
 * (/dev/stdout) cannot be replaced that way and is written in place.
 */
#ifndef SCPROF_PROFILE_UTIL_ATOMIC_FILE_H
#define SCPROF_PROFILE_UTIL_ATOMIC_FILE_H

#include <stdbool.h>

#include "profile/util/output_place.h"

struct atomic_file {
	int fd; /* to write to */
	struct output_place place;
	char *temporary; /* name in the place's directory; NULL when the file is written in place */
};

/*
 * Returns 0 or -errno, which output_place_explain puts into words. Afterwards either _commit or
 * _abort ends @file.
 */
int atomic_file_open(struct atomic_file *file, const char *path, enum name_origin origin);

/*
 * Gives the file its name now, while it is still being written; it keeps the name whatever
 * follows. Returns 0 or -errno.
 */
int atomic_file_place(struct atomic_file *file);

/*
 * Returns 0 when the file is there under its name, and on disk if it @is_durable; else -errno, and
 * no file is left.
 */
int atomic_file_commit(struct atomic_file *file, bool is_durable);

void atomic_file_abort(struct atomic_file *file);

/*
 * Makes the file @path durable, which has been committed before without being durable. If that
 * fails, or the file is not there any more, nothing happens.
 */
void atomic_file_sync(const char *path);

/*
 * Tries whether a file can be made for @path, and leaves none. Returns 0 or -errno; -ENXIO for a
 * device or pipe, which is not opened, except for /dev/null; -EFBIG when RLIMIT_FSIZE is 0.
 */
int atomic_file_try(const char *path, enum name_origin origin);

#endif
