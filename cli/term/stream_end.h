/* SPDX-License-Identifier: MIT */
/*
 * The end of what a command prints.
 */
#ifndef SCPROF_CLI_TERM_STREAM_END_H
#define SCPROF_CLI_TERM_STREAM_END_H

#include <stdio.h>

/*
 * Flushes @out and looks whether all of it was taken; @what names it in the message. A reader that
 * has gone, as in `scprof diff | head`, has had what it wanted. Returns 0 or STATUS_FAILURE.
 */
int stream_end_check(FILE *out, const char *what);

#endif
