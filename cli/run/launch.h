/* SPDX-License-Identifier: MIT */
/*
 * Runs a program under a helper and waits as a shell would: the program is a child in the same
 * process group, gets the signals that are sent to scprof, and its status becomes scprof's.
 */
#ifndef SCPROF_CLI_RUN_LAUNCH_H
#define SCPROF_CLI_RUN_LAUNCH_H

#include <stdbool.h>

struct launch {
	char *const *argv;	 /* the program's, NULL-terminated */
	char *const *helper_env; /* the helper's environment; the program has our own */
	const char *suggestion;	 /* said when PATH has no such program: "", or "; did you …?" */
	bool is_quiet;
};

struct launch_result {
	int status;	   /* the program's, as waitpid(2) has it; valid when is_run */
	bool is_run;	   /* the program was executed */
	int refusal;	   /* else: 126, 127 or STATUS_FAILURE; the reason has been printed */
	bool is_explained; /* why there is no profile has been printed */
	char *profile;	   /* path of the profile, NULL when there is none; the caller frees it */
};

/* Runs the program to its end. Prints what went wrong. */
void launch_program(const struct launch *launch, struct launch_result *result);

/*
 * Ends this process as @status says: the same exit status, or death by the same signal without a
 * core.
 */
_Noreturn void launch_exit_alike(int status);

#endif
