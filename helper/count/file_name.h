/* SPDX-License-Identifier: MIT */
/*
 * Finds out which files the descriptors and paths of a stopped thread refer to. It asks the kernel
 * each time: /proc/TID/fd is right after dup2, close and exec, for descriptors received through
 * sockets, and for threads that do not share descriptors. This opens no file, and waits for no file
 * system.
 */
#ifndef SCPROF_HELPER_COUNT_FILE_NAME_H
#define SCPROF_HELPER_COUNT_FILE_NAME_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "profile/model/file_kind.h"

#define FILE_NAME_SIZE 4096 /* PATH_MAX */

struct file_name {
	enum file_kind kind; /* FILE_KIND_FILE also for a directory or device; see file_name_look */
	uint64_t inode;	     /* of a socket or pipe */
	char text[FILE_NAME_SIZE];
};

/*
 * Sets @name to the file of descriptor @fd of @tid. If it is not open, the kind is
 * FILE_KIND_UNKNOWN.
 */
void file_name_of_fd(pid_t tid, int fd, struct file_name *name);

/*
 * Sets @name to the path at @addr, relative to descriptor @folder (AT_FDCWD: the current
 * directory). Returns false if the path is empty or @addr is not an address: then the call is about
 * the descriptor itself.
 */
bool file_name_of_path(pid_t tid, int folder, uint64_t addr, struct file_name *name);

/* Returns the kind of the file with a path that is open as @fd of @tid. */
enum file_kind file_name_look(pid_t tid, int fd);

#endif
