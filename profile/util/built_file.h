/* SPDX-License-Identifier: MIT */
/*
 * Finds a file that was built together with this program.
 */
#ifndef SCPROF_PROFILE_UTIL_BUILT_FILE_H
#define SCPROF_PROFILE_UTIL_BUILT_FILE_H

/*
 * Returns the path of @in_tree, relative to the directory of the running program, if access(2) in
 * @mode succeeds. Otherwise returns @installed, whether it exists or not. The caller frees the
 * result.
 */
char *built_file_find(const char *in_tree, const char *installed, int mode);

#endif
