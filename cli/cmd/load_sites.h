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
	bool is_profile; /* @profile is there; else @sites are read from a baseline */
	struct call_sites sites;
};

/* What is looked at of both (profile/model/scope.h); NULL: all. */
struct load_scope {
	const char *from;
	const char *region;
	bool may_lack; /* one of the two may have nothing of it */
};

/*
 * Loads the two paths with the same @names, which the caller has initialised and ends last. @base
 * may be NULL, and so may @scope. Returns 0; or, after a message, STATUS_USAGE when a baseline in
 * text would have to be cut, which it cannot, else STATUS_FAILURE: then nothing is held.
 */
int load_sites(struct loaded_sites *base, struct loaded_sites *new, struct call_names *names,
	       const struct load_scope *scope);
void load_sites_fini(struct loaded_sites *loaded);

/* Says @notes (analysis/run_notes.h) on standard error. */
void load_sites_say(char *const *notes);

#endif
