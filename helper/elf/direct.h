/* SPDX-License-Identifier: MIT */
/*
 * Decides which files the tracing thread opens and reads by itself. Handing a file over to
 * helper/base/aside.c is safe for all files, but costs two context switches for each read. A direct
 * read is safe only if no traced process has to act before the kernel answers. Two things must be
 * true:
 *
 *	1. The file is on a local file system, such as that of the root directory.
 *	2. No traced process can watch the file for permission (fanotify(7)), and none has mounted
 *	   anything.
 *
 * Watchers and servers outside the run do not matter: they keep running while the helper waits.
 */
#ifndef SCPROF_HELPER_ELF_DIRECT_H
#define SCPROF_HELPER_ELF_DIRECT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Finds out where files may be read directly. Process @pid, which the helper is about to trace, has
 * not begun its program yet. It may have inherited a watch.
 */
void direct_init(pid_t pid);
/*
 * From now on direct_is_safe returns false for all files: a traced process is about to watch files
 * or to mount a file system.
 */
void direct_end(void);

/*
 * Returns true if the tracing thread may open and read a file on device @dev, as /proc/PID/maps
 * gives it. Returns false if the caller must use helper/base/aside.c.
 */
bool direct_is_safe(uint64_t dev);
/* A file on device @dev has been opened. Its file system is local. */
void direct_add_device(uint64_t dev);
/* A file could not be opened in time, or is on a file system that is not local. */
void direct_see_other(void);

/*
 * Returns true if the tracing thread may read all files of the profile once more, and may write
 * @output, which is an absolute path.
 */
bool direct_may_finish(const char *output);

/*
 * Returns true if @output, an absolute path, is on the file system of the root directory or of
 * /usr.
 */
bool direct_is_on_system_device(const char *output);

/*
 * Returns true if the kernel alone answers for the file system of the open file @fd. Any thread may
 * call this.
 */
bool direct_is_local(int fd);

#endif
