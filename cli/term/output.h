/* SPDX-License-Identifier: MIT */
/*
 * Where a command's result goes: standard output, or a file that appears whole or not at all.
 */
#ifndef SCPROF_CLI_TERM_OUTPUT_H
#define SCPROF_CLI_TERM_OUTPUT_H

#include <stdio.h>

#include "profile/util/atomic_file.h"

struct output {
	FILE *stream;
	const char *path; /* NULL: standard output */
	struct atomic_file file;
};

/* @path is borrowed; NULL: standard output. Returns 0, or -1 after a message. */
int output_open(struct output *output, const char *path);

/*
 * Ends @output: flushes its stream, and puts the file in its place. If @status is STATUS_FAILURE,
 * no file is left. @what names the output in a message. Returns @status, or STATUS_FAILURE after a
 * message if not all of the output could be written.
 */
int output_end(struct output *output, const char *what, int status);

#endif
