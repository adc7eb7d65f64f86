/* SPDX-License-Identifier: MIT */
/*
 * The helper's environment: scprof's own, without the libraries that would be loaded into the
 * helper, and with the settings that options give.
 */
#ifndef SCPROF_CLI_RUN_ENVIRONMENT_H
#define SCPROF_CLI_RUN_ENVIRONMENT_H

#include <stdbool.h>

struct environment {
	char **entries; /* NAME=VALUE, with NULL after the last */
	unsigned int nr;
};

/* Copies the environment of this process, without LD_PRELOAD and LD_AUDIT. */
void environment_init(struct environment *environment);
void environment_fini(struct environment *environment);
void environment_set(struct environment *environment, const char *name, const char *value);
/* Returns the value of @name, or NULL. Borrowed until it is set again. */
const char *environment_get(const struct environment *environment, const char *name);
/* Returns true if SCPROF_QUIET says that nothing but errors is to be printed. */
bool environment_is_quiet(const struct environment *environment);

#endif
