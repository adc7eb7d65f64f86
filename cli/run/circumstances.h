/* SPDX-License-Identifier: MIT */
/*
 * What surrounds a program and may change which calls it makes: what its standard streams are, and
 * its environment. Both become facts of the profile (doc/profile-format.md), so that `scprof check`
 * can name a difference.
 */
#ifndef SCPROF_CLI_RUN_CIRCUMSTANCES_H
#define SCPROF_CLI_RUN_CIRCUMSTANCES_H

#include "cli/run/environment.h"

/*
 * Adds the facts about this process, whose streams and variables the program inherits, to the
 * settings of the helper. With --redact the environment is left out.
 */
void circumstances_set(struct environment *settings);

/* Returns "tty", "pipe", "file", "null", …: what the descriptor @fd is. */
const char *circumstances_stream(int fd);

/*
 * Returns a description of @variables (NAME=VALUE, with NULL after the last), which the caller
 * frees: their number and size, and hashes of groups of them. It contains no value.
 */
char *circumstances_environment(char *const *variables);

#endif
