/* SPDX-License-Identifier: MIT */
/*
 * Finding what was built with this program.
 */
#ifndef SCPROF_PROFILE_UTIL_BUILT_FILE_H
#define SCPROF_PROFILE_UTIL_BUILT_FILE_H

/*
 * Returns the path of @in_tree, below the folder of the running program, when it can be accessed in
 * @mode (access(2)), else @installed, whether it is there or not. The caller frees it.
 */
char *built_file_find(const char *in_tree, const char *installed, int mode);

#endif
