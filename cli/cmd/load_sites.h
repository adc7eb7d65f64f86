/* SPDX-License-Identifier: MIT */
/*
 * Opening what diff and check compare: a profile, or the text baseline that was made of one.
 */
#ifndef SCPROF_CLI_CMD_LOAD_SITES_H
#define SCPROF_CLI_CMD_LOAD_SITES_H

#include "analysis/call_sites.h"

struct loaded_sites {
	const char *path; /* set by the caller */
	struct profile profile;
	/* @profile holds the profile; else @path is a baseline, and only @sites are set */
	bool is_profile;
	struct call_sites sites;
};

/* The part of both profiles that is compared (profile/model/scope.h). */
struct load_scope {
	const char *from;   /* --from; NULL: all stacks */
	const char *region; /* --region; NULL: all calls */
	bool may_lack;	    /* one of the two profiles may have no such call */
};

/*
 * Reads base->path and new->path, and sums their calls by site. Both use @names, which the caller
 * has initialised and ends last. @base may be NULL, and so may @scope, which then is everything.
 * Returns STATUS_OK. After a message, and with nothing to free, returns STATUS_USAGE if a baseline
 * in text would have to be reduced to @scope, which is impossible, and else STATUS_FAILURE.
 */
int load_sites(struct loaded_sites *base, struct loaded_sites *new, struct call_names *names,
	       const struct load_scope *scope);
void load_sites_fini(struct loaded_sites *loaded);

/* Says @notes (analysis/run_notes.h) on standard error. */
void load_sites_say(char *const *notes);

#endif
