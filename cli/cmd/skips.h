/* SPDX-License-Identifier: MIT */
/*
 * --skip: regular expressions for code that is not the user's, in addition to the runtimes that
 * scprof knows (analysis/runtime_table.h).
 */
#ifndef SCPROF_CLI_CMD_SKIPS_H
#define SCPROF_CLI_CMD_SKIPS_H

#include <stdint.h>

#include "profile/model/profile.h"

struct skips {
	const char **list; /* borrowed texts */
	uint32_t nr;
	uint32_t capacity;
};

/* Adds @regex, which must live as long as @skips. */
void skips_add(struct skips *skips, const char *regex);
void skips_free(struct skips *skips);

/*
 * Returns one expression that matches what any of @skips matches, or NULL if @skips is empty. The
 * caller frees it.
 */
char *skips_text(const struct skips *skips);

/* Applies @skips to @profile. Returns STATUS_OK, or STATUS_USAGE after a message. */
int skips_apply(const struct skips *skips, struct profile *profile);

#endif
