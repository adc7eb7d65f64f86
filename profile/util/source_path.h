/* SPDX-License-Identifier: MIT */
/*
 * Paths of source files, as compilers write them to debug information.
 */
#ifndef SCPROF_PROFILE_UTIL_SOURCE_PATH_H
#define SCPROF_PROFILE_UTIL_SOURCE_PATH_H

/*
 * Returns @path without empty, `.` and `name/..` components. If @path is relative, it is appended
 * to @directory, unless that is NULL. Only changes text: the files need not exist on this machine.
 * The caller frees the result.
 */
char *source_path_join(const char *directory, const char *path);

#endif
