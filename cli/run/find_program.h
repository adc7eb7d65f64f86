/* SPDX-License-Identifier: MIT */
/*
 * Finds the program to run.
 */
#ifndef SCPROF_CLI_RUN_FIND_PROGRAM_H
#define SCPROF_CLI_RUN_FIND_PROGRAM_H

/*
 * Finds @name as shells do: skips a directory of PATH that cannot be searched. Returns the path,
 * which the caller frees. Returns NULL and sets errno if there is nothing to execute: ENOENT if
 * there is no such file, or the reason why the file found cannot be executed.
 */
char *find_program(const char *name);

#endif
