/* SPDX-License-Identifier: MIT */
/*
 * Examines a program before `scprof run --preload` executes it: does the dynamic loader load
 * LD_PRELOAD's libraries into it?
 */
#ifndef SCPROF_CLI_RUN_PRELOADABLE_H
#define SCPROF_CLI_RUN_PRELOADABLE_H

/*
 * Returns NULL if the program at @path, or the interpreter of this script, loads a 64-bit library
 * from LD_PRELOAD, or if that cannot be found out. Otherwise returns one line that says why not.
 * The caller frees it.
 */
char *preloadable_refuse(const char *path);

#endif
