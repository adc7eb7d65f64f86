/* SPDX-License-Identifier: MIT */
/*
 * What `scprof run` prints about the new profile.
 */
#ifndef SCPROF_CLI_CMD_RUN_SUMMARY_H
#define SCPROF_CLI_CMD_RUN_SUMMARY_H

#include <stdbool.h>

/*
 * Prints a summary of the profile at @path, as messages. If @has_stats, also prints what the engine
 * did.
 */
void run_summary_print(const char *path, bool has_stats);

#endif
