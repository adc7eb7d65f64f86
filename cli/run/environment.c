// SPDX-License-Identifier: MIT
/*
 * The helper gets its settings as environment variables, with the names of scprof/handshake.h.
 */
#include "cli/run/environment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/util/xalloc.h"
#include "scprof/handshake.h"

/* Takes over @entry, also if there is already one of this name. */
static void append(struct environment *environment, char *entry)
{
	environment->entries = xreallocarray(environment->entries, environment->nr + 2,
					     sizeof(*environment->entries));
	environment->entries[environment->nr++] = entry;
	environment->entries[environment->nr] = NULL;
}

void environment_set(struct environment *environment, const char *name, const char *value)
{
	size_t length = strlen(name);
	char *entry = xasprintf("%s=%s", name, value);

	for (unsigned int i = 0; i < environment->nr; i++) {
		if (strncmp(environment->entries[i], entry, length + 1) == 0) {
			free(environment->entries[i]);
			environment->entries[i] = entry;
			return;
		}
	}
	append(environment, entry);
}

const char *environment_get(const struct environment *environment, const char *name)
{
	size_t length = strlen(name);

	for (unsigned int i = 0; i < environment->nr; i++)
		if (strncmp(environment->entries[i], name, length) == 0 &&
		    environment->entries[i][length] == '=')
			return environment->entries[i] + length + 1;
	return NULL;
}

void environment_init_all(struct environment *environment)
{
	*environment = (struct environment){ 0 };
	for (char **entry = environ; *entry; entry++)
		append(environment, xstrdup(*entry));
}

void environment_init(struct environment *environment)
{
	*environment = (struct environment){ 0 };
	for (char **entry = environ; *entry; entry++) {
		char *name = xasprintf("%.*s", (int)strcspn(*entry, "="), *entry);

		if (strchr(*entry, '=') && strcmp(name, "LD_PRELOAD") != 0 &&
		    strcmp(name, "LD_AUDIT") != 0)
			environment_set(environment, name, *entry + strlen(name) + 1);
		free(name);
	}
}

void environment_fini(struct environment *environment)
{
	for (unsigned int i = 0; i < environment->nr; i++)
		free(environment->entries[i]);
	free(environment->entries);
}

bool environment_is_quiet(const struct environment *environment)
{
	const char *value = environment_get(environment, SCPROF_ENV_QUIET);

	return value && *value && strchr("1yto", *value) && strcmp(value, "off") != 0;
}
