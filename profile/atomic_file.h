/* SPDX-License-Identifier: MIT */
/*
 * A file that appears whole or not at all: written under a temporary name in the same directory,
 * made durable if asked for, then renamed. What exists and is no regular file (/dev/stdout, a FIFO) cannot be
 * replaced that way and is written in place.
 */
#ifndef SCPROF_PROFILE_ATOMIC_FILE_H
#define SCPROF_PROFILE_ATOMIC_FILE_H

#include <stdbool.h>

struct atomic_file {
	int fd;		 /* to write to */
	char *path;	 /* symbolic links followed */
	char *temporary; /* NULL when @path is written in place */
};

/* Returns 0 or -errno. Afterwards either _commit or _abort ends @file. */
int atomic_file_open(struct atomic_file *file, const char *path);

/*
 * Returns 0 when the file is there under its name, and on disk if it @is_durable; else -errno, and
 * no file is left.
 */
int atomic_file_commit(struct atomic_file *file, bool is_durable);

void atomic_file_abort(struct atomic_file *file);

#endif
