/* SPDX-License-Identifier: MIT */
/*
 * The directory to which paths of source files are shown relative, so that they are the same on
 * every machine.
 */
#ifndef SCPROF_PROFILE_UTIL_SOURCE_ROOT_H
#define SCPROF_PROFILE_UTIL_SOURCE_ROOT_H

/*
 * Returns the current directory or the nearest one above it that contains `.git`. If there is none,
 * returns the current directory. Returns NULL if getcwd(3) fails. The caller frees the result.
 */
char *source_root_find(void);

/*
 * Returns the source file @path relative to @root (or NULL). A program may have been built in
 * another place, such as a container. Then the result is the longest end of @path that is a file
 * below @root. Returns @path if there is none. The caller frees the result.
 */
char *source_root_relative(const char *root, const char *path);

#endif
