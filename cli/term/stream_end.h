/* SPDX-License-Identifier: MIT */
/*
 * Checks if all output of a command was written.
 */
#ifndef SCPROF_CLI_TERM_STREAM_END_H
#define SCPROF_CLI_TERM_STREAM_END_H

#include <stdio.h>

/*
 * Flushes @out. Returns 0 if all output was written. Otherwise prints a message, in which @what
 * names the output, and returns STATUS_FAILURE. It is not an error if the reader has ended, as in
 * `scprof diff | head`.
 */
int stream_end_check(FILE *out, const char *what);

#endif
