/* SPDX-License-Identifier: MIT */
/*
 * What source files are named relative to, so that names are the same on every machine.
 */
#ifndef SCPROF_PROFILE_UTIL_SOURCE_ROOT_H
#define SCPROF_PROFILE_UTIL_SOURCE_ROOT_H

/*
 * Returns the nearest directory above the current one that holds a `.git`, else the current one;
 * NULL when that has no name. For the caller to free.
 */
char *source_root_find(void);

/*
 * Returns the source file @path as it is named from @root (or NULL) on. Where a program was built
 * in another place, as in a container, that is the longest end of @path which is a file below
 * @root; when there is none, it is @path. For the caller to free.
 */
char *source_root_relative(const char *root, const char *path);

#endif
