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
 * Ends @output, whose stream has been flushed; of a file that is not @is_good nothing is left.
 * Returns 0, or -1 after a message.
 */
int output_close(struct output *output, bool is_good);

#endif
