/* SPDX-License-Identifier: MIT */
/*
 * The command with which the user accepts a run that `scprof check` has judged: it writes the run
 * as the new baseline.
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

/* Returns the command as text that a shell understands. The caller frees it. */
char *keep_command_text(const struct keep_command *command);

#endif
