/* SPDX-License-Identifier: MIT */
/*
 * The commands for CI can run the program themselves: `scprof check -- ./app ARGUMENT...`. If the
 * run leaves no new and usable profile, the command fails.
 */
#ifndef SCPROF_CLI_RUN_JUDGED_RUN_H
#define SCPROF_CLI_RUN_JUDGED_RUN_H

#include <stdbool.h>

struct judged_run {
	char *const *argv;   /* the program's arguments, with NULL after the last */
	const char *profile; /* the file to write */
	bool is_derived;     /* scprof chose the name of that file */
	unsigned int nr_runs;
	bool allows_failure; /* the program may fail */
};

/*
 * Splits @argv at the first `--`. Stores the number of words before `--` in *@argc. Returns the
 * words after `--`, with NULL after the last. Returns NULL if there is no `--`.
 */
char *const *judged_run_split(int *argc, char **argv);

/*
 * Returns `app.pb.gz` for the program `./app` and the ending `.pb.gz`. The caller frees it. The
 * file is in the current directory.
 */
char *judged_run_file(char *const *argv, const char *ending);

/*
 * Removes the old profile, and runs the program. Returns STATUS_OK if there is a profile of this
 * run. Otherwise returns STATUS_FAILURE after a message.
 */
int judged_run(const struct judged_run *run);

#endif
