/* SPDX-License-Identifier: MIT */
/*
 * The helper's environment: scprof's own environment, without libraries that would be loaded into
 * the helper, and with the settings of the options.
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
/* Copies the whole environment of this process, as it is. */
void environment_init_all(struct environment *environment);
void environment_fini(struct environment *environment);
void environment_set(struct environment *environment, const char *name, const char *value);
/* Returns the value of @name, or NULL. The pointer is valid until the variable is set again. */
const char *environment_get(const struct environment *environment, const char *name);
/* Returns true if SCPROF_QUIET says that only errors are printed. */
bool environment_is_quiet(const struct environment *environment);

#endif
