/* SPDX-License-Identifier: MIT */
/*
 * Finding the program to run.
 */
#ifndef SCPROF_CLI_RUN_FIND_PROGRAM_H
#define SCPROF_CLI_RUN_FIND_PROGRAM_H

/*
 * Finds @name as shells do: a directory of PATH that may not be searched holds nothing. Returns the
 * path, which the caller frees. Returns NULL with errno if there is nothing to execute: ENOENT if
 * there is no such file at all, else why the file that was found cannot be executed.
 */
char *find_program(const char *name);

#endif
