/* SPDX-License-Identifier: MIT */
/*
 * What the descriptors and paths of a stopped thread stand for, asked of the kernel each time:
 * /proc/TID/fd knows of dup2, close, exec and of descriptors that came through sockets, and of
 * threads that share none. Nothing is opened, and no file system is waited for.
 */
#ifndef SCPROF_HELPER_COUNT_FILE_NAME_H
#define SCPROF_HELPER_COUNT_FILE_NAME_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "profile/model/file_kind.h"

#define FILE_NAME_SIZE 4096 /* PATH_MAX */

struct file_name {
	enum file_kind kind; /* FILE_KIND_FILE also for a folder or device: file_name_look tells */
	uint64_t inode;	     /* of a socket or pipe */
	char text[FILE_NAME_SIZE];
};

/* Names descriptor @fd of @tid; one that is not open is FILE_KIND_UNKNOWN. */
void file_name_of_fd(pid_t tid, int fd, struct file_name *name);

/*
 * Names the path at @addr, relative to descriptor @folder (AT_FDCWD: the current folder). Returns
 * false when it is empty or no address, so that the call is about the descriptor itself.
 */
bool file_name_of_path(pid_t tid, int folder, uint64_t addr, struct file_name *name);

/* Tells the kind of what has a path and is open as @fd of @tid. */
enum file_kind file_name_look(pid_t tid, int fd);

#endif
