/* SPDX-License-Identifier: MIT */
/*
 * Runs a program under a helper and waits for it like a shell. The program is a child in the same
 * process group, gets the signals that are sent to scprof, and its status becomes scprof's.
 */
#ifndef SCPROF_CLI_RUN_LAUNCH_H
#define SCPROF_CLI_RUN_LAUNCH_H

#include <stdbool.h>

#include "cli/run/way_in.h"

struct launch {
	char *const *argv;	 /* the program's arguments, with NULL after the last */
	char *const *helper_env; /* the helper's environment; the program inherits scprof's */
	/* Appended to the message if PATH has no such program: "" or "; did you …?". */
	const char *suggestion;
	const struct way_in *way;
	bool is_quiet;
};

struct launch_result {
	int status;  /* the program's status, as of waitpid(2); valid if is_run */
	bool is_run; /* the program has run */
	int refusal; /* if not is_run: 126, 127 or STATUS_FAILURE; a message has been printed */
	bool is_explained; /* a message has said why there is no profile */
	char *profile;	   /* path of the profile; NULL: there is none; the caller frees it */
};

/* Runs the program until it ends. Prints a message on an error. */
void launch_program(const struct launch *launch, struct launch_result *result);

/*
 * Ends this process as @status says: with the same exit status, or by the same signal but without a
 * core dump.
 */
_Noreturn void launch_exit_alike(int status);

#endif
