/* SPDX-License-Identifier: MIT */
/*
 * `scprof run --runs N`: what stands between the runs. Each leaves a profile under a name of its
 * own, which is taken and removed; at the end they become one (profile/model/run_merge.h).
 */
#ifndef SCPROF_CLI_RUN_REPEAT_H
#define SCPROF_CLI_RUN_REPEAT_H

#include <stdbool.h>
#include <sys/types.h>

#include "cli/run/launch.h"
#include "profile/util/output_place.h"

/* Behind the name of the profile of one run, which no one looks for then. */
#define REPEAT_SUFFIX ".run"

struct repeat {
	unsigned int nr_wanted;
	unsigned int nr_made;
	bool has_failed;	 /* the last of them */
	bool is_spoilt;		 /* the profile of one is missing; why has been printed */
	off_t input;		 /* where standard input, a file, stood at first; -1: it is none */
	char *path;		 /* of the profile to be; NULL: not known yet */
	enum name_origin origin; /* of the path */
	struct run_merge *merge;
};

/*
 * For @nr runs, whose profile gets a name of @origin. Says so, unless it is_quiet, when they cannot
 * all read the same input.
 */
void repeat_init(struct repeat *repeat, unsigned int nr, enum name_origin origin, bool is_quiet);
void repeat_fini(struct repeat *repeat);

/* Before each run: puts standard input back to where it was. */
void repeat_rewind(const struct repeat *repeat);

/* After each run that was made. Returns whether another one is to follow. */
bool repeat_take(struct repeat *repeat, struct launch_result *result);

/* After the last: writes the profile of all and puts its path, or NULL, into @result. */
void repeat_finish(struct repeat *repeat, struct launch_result *result);

#endif
