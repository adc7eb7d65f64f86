/* SPDX-License-Identifier: MIT */
/*
 * Opening what diff and check compare: a profile, or the text baseline that was made of one.
 */
#ifndef SCPROF_CLI_LOAD_SITES_H
#define SCPROF_CLI_LOAD_SITES_H

#include "profile/call_sites.h"

struct loaded_sites {
	const char *path;
	struct profile profile;
	bool is_profile; /* @profile is there; else @sites are read from a baseline */
	struct call_sites sites;
};

/*
 * Loads @base_path and @new_path with the same @names, which the caller has initialised and ends
 * last. @base_path may be NULL: then @base is not touched. Returns 0, or STATUS_FAILURE after a
 * message; then nothing is held.
 */
int load_sites(struct loaded_sites *base, const char *base_path, struct loaded_sites *new,
	       const char *new_path, struct call_names *names);
void load_sites_fini(struct loaded_sites *loaded);

/*
 * Returns what of the surroundings of the two runs differs, a line each, NULL behind the last; for
 * load_sites_free_notes. @has_command: a different command is worth a note.
 */
char **load_sites_notes(const struct call_sites *base, const struct call_sites *new,
			bool has_command);
void load_sites_free_notes(char **notes);
/* Says them on standard error. */
void load_sites_say(char *const *notes);

#endif
