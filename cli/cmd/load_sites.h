/* SPDX-License-Identifier: MIT */
/*
 * Reads what diff and check compare: profiles, or baselines in text.
 */
#ifndef SCPROF_CLI_CMD_LOAD_SITES_H
#define SCPROF_CLI_CMD_LOAD_SITES_H

#include "analysis/call_sites.h"
#include "cli/cmd/skips.h"

struct loaded_sites {
	const char *path; /* the caller sets this */
	struct profile profile;
	/* true: the file is a profile, in @profile; false: a baseline, and only @sites is set */
	bool is_profile;
	struct call_sites sites;
};

/* The part of both profiles that is compared (profile/model/scope.h). */
struct load_scope {
	const char *from;	   /* --from; NULL: all stacks */
	const char *region;	   /* --region; NULL: all calls */
	const struct skips *skips; /* --skip; NULL: none */
	bool may_lack;		   /* one of the two profiles may have no such calls */
};

/*
 * Reads base->path and new->path, and adds up their calls by site. Both use @names, which the
 * caller has initialised and frees after both. @base may be NULL. @scope may be NULL, for the whole
 * profiles.
 *
 * If one side is a baseline in text, sites are named as in that baseline, and its --skip is used.
 *
 * Returns STATUS_OK. Prints a message and returns STATUS_USAGE if @scope would apply to a baseline
 * in text, which is impossible. Prints a message and returns STATUS_FAILURE after any other error.
 * In both cases there is nothing to free.
 */
int load_sites(struct loaded_sites *base, struct loaded_sites *new, struct call_names *names,
	       const struct load_scope *scope);
void load_sites_fini(struct loaded_sites *loaded);

/* Prints @notes (analysis/run_notes.h) on standard error. */
void load_sites_say(char *const *notes);

#endif
