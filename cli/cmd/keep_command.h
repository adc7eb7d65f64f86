/* SPDX-License-Identifier: MIT */
/*
 * The command that makes the run that `scprof check` has judged the new baseline.
 */
#ifndef SCPROF_CLI_CMD_KEEP_COMMAND_H
#define SCPROF_CLI_CMD_KEEP_COMMAND_H

#include <stdbool.h>

#include "cli/run/judged_run.h"

struct keep_command {
	const struct judged_run *run; /* run->argv is NULL if the user gave a profile */
	const char *profile;
	const char *baseline;
	bool is_copy; /* the baseline is a profile, too */
};

/* Returns the command, with words quoted for a shell. The caller frees it. */
char *keep_command_text(const struct keep_command *command);

#endif
