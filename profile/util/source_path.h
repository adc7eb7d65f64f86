/* SPDX-License-Identifier: MIT */
/*
 * Names of source files, as compilers leave them in debug information.
 */
#ifndef SCPROF_PROFILE_UTIL_SOURCE_PATH_H
#define SCPROF_PROFILE_UTIL_SOURCE_PATH_H

/*
 * Returns @path without empty, `.` and `name/..` parts; a relative one is taken to be relative to
 * @directory, unless that is NULL. By text alone: the files need not be on this machine. The
 * caller frees the result.
 */
char *source_path_join(const char *directory, const char *path);

#endif
