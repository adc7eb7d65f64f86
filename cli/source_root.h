/* SPDX-License-Identifier: MIT */
/*
 * What source files are named relative to, so that names are the same on every machine.
 */
#ifndef SCPROF_CLI_SOURCE_ROOT_H
#define SCPROF_CLI_SOURCE_ROOT_H

/*
 * Returns the nearest directory above the current one that holds a `.git`, else the current one;
 * NULL when that has no name. For the caller to free.
 */
char *source_root_find(void);

#endif
