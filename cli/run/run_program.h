/* SPDX-License-Identifier: MIT */
/*
 * Runs a program once or several times, and writes one profile. `scprof run` does this, and so do
 * the commands for CI that run the program which they judge.
 */
#ifndef SCPROF_CLI_RUN_RUN_PROGRAM_H
#define SCPROF_CLI_RUN_RUN_PROGRAM_H

#include "cli/run/environment.h"
#include "cli/run/launch.h"

struct run_program {
	char *const *argv;		 /* the program's arguments, with NULL after the last */
	struct environment *environment; /* of the helper, with the settings of the options */
	unsigned int nr_runs;
	bool is_preloaded;	/* libscprof.so in the program starts the helper */
	const char *suggestion; /* appended if PATH has no such program; or "" */
};

/*
 * Runs the program and stores the outcome in @result. Prints a message on an error. The caller
 * frees result->profile.
 */
void run_program(const struct run_program *run, struct launch_result *result);

#endif
