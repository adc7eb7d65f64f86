/* SPDX-License-Identifier: MIT */
/*
 * The destination of a command's result: standard output, or a file that appears complete or not at
 * all.
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

/*
 * Opens @path, or standard output if it is NULL. @path must live until output_end(). Returns 0, or
 * -1 after a message.
 */
int output_open(struct output *output, const char *path);

/*
 * Flushes the stream and gives the file its name. If @status is STATUS_FAILURE, leaves no file.
 * @what names the output in a message. Returns @status. If not all of the output could be written,
 * prints a message and returns STATUS_FAILURE.
 */
int output_end(struct output *output, const char *what, int status);

#endif
