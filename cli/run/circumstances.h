/* SPDX-License-Identifier: MIT */
/*
 * Circumstances that may change which calls a program makes: the kinds of its standard streams, and
 * its environment. Both become facts of the profile (doc/profile-format.md). Then `scprof check`
 * can tell the user that they differ from the baseline's.
 */
#ifndef SCPROF_CLI_RUN_CIRCUMSTANCES_H
#define SCPROF_CLI_RUN_CIRCUMSTANCES_H

#include "cli/run/environment.h"

/*
 * Adds the facts to the settings of the helper. They are about this process, because the program
 * inherits its streams and variables. With --redact, the environment is left out.
 */
void circumstances_set(struct environment *settings);

/* Returns the kind of file of the descriptor @fd: "tty", "pipe", "file", "null", …. */
const char *circumstances_stream(int fd);

/*
 * Returns a description of @variables (NAME=VALUE, with NULL after the last), which the caller
 * frees: their number and size, and hashes of groups of them. The description contains no value.
 */
char *circumstances_environment(char *const *variables);

#endif
