/* SPDX-License-Identifier: MIT */
/*
 * `scprof run --runs N`: what happens before, between and after the runs. Each run writes its own
 * profile, which is read and removed. At the end the profiles become one
 * (profile/model/run_merge.h).
 */
#ifndef SCPROF_CLI_RUN_REPEAT_H
#define SCPROF_CLI_RUN_REPEAT_H

#include <stdbool.h>
#include <sys/types.h>

#include "cli/run/launch.h"
#include "profile/util/output_place.h"

/* Appended to the name of the profile of one run, so that no command finds it. */
#define REPEAT_SUFFIX ".run"

struct repeat {
	unsigned int nr_wanted;
	unsigned int nr_made;
	bool has_failed;	 /* the last run has failed */
	bool is_spoilt;		 /* a run has no profile; a message has said why */
	off_t input;		 /* initial position of standard input; -1: it is not a file */
	char *path;		 /* path of the final profile; NULL: not known yet */
	enum name_origin origin; /* origin of the path */
	struct run_merge *merge;
};

/*
 * Prepares @nr runs. @origin is that of the profile's name. Unless @is_quiet, prints a warning if
 * the runs cannot all read the same input.
 */
void repeat_init(struct repeat *repeat, unsigned int nr, enum name_origin origin, bool is_quiet);
void repeat_fini(struct repeat *repeat);

/* Call this before each run: moves standard input to its initial position. */
void repeat_rewind(const struct repeat *repeat);

/* Call this after each run. Returns true if another run must follow. */
bool repeat_take(struct repeat *repeat, struct launch_result *result);

/*
 * Call this after the last run: writes the final profile, and stores its path, or NULL, in @result.
 */
void repeat_finish(struct repeat *repeat, struct launch_result *result);

#endif
