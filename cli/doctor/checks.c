/* SPDX-License-Identifier: MIT */
/*
 * The list of results.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli/doctor/doctor.h"

void checks_add(struct checks *checks, const char *name, bool is_ok, char *why, char *advice)
{
	assert(checks->nr < MAX_CHECKS);
	checks->list[checks->nr++] = (struct check){ name, is_ok, why, advice };
}

bool checks_is_ok(const struct checks *checks, const char *name)
{
	for (unsigned int i = 0; i < checks->nr; i++)
		if (strcmp(checks->list[i].name, name) == 0)
			return checks->list[i].is_ok;
	return false;
}

void checks_fini(struct checks *checks)
{
	for (unsigned int i = 0; i < checks->nr; i++) {
		free(checks->list[i].why);
		free(checks->list[i].advice);
	}
	checks->nr = 0;
}
