// SPDX-License-Identifier: MIT
/*
 * The system calls are sets of numbers, so a sample can be classified without comparing names.
 */
#include "analysis/waiting.h"

#include <stdlib.h>
#include <string.h>

#include "profile/model/file_kind.h"
#include "profile/model/histogram.h"

static void parse(struct syscall_set *set, const char *spec)
{
	char *error = NULL;

	if (syscall_set_parse(set, spec, &error))
		free(error);
}

void waiting_init(struct waiting *waiting, const struct profile *profile)
{
	*waiting = (struct waiting){ .profile = profile };
	parse(&waiting->calls, "%wait");
	parse(&waiting->receives, "/^recv");
	parse(&waiting->reads, "/^p?read(64|v|v2)?$");
}

static bool is_terminal(const char *path)
{
	return !strncmp(path, "/dev/pts/", 9) || !strncmp(path, "/dev/tty", 8) ||
	       !strcmp(path, "/dev/console");
}

/* Returns true if a read from the file of @key waits until somebody writes to it. */
static bool is_awaited_file(const struct profile *profile, const struct sample_key *key)
{
	return key->kind == FILE_KIND_PIPE || key->kind == FILE_KIND_SOCKET ||
	       (key->kind == FILE_KIND_DEVICE &&
		is_terminal(string_table_get(&profile->strings, key->path)));
}

bool waiting_has(const struct waiting *waiting, const struct sample *sample)
{
	const struct sample_key *key = &sample->key;
	uint64_t lower = histogram_lower(key->bucket);

	if (lower < WAITING_LEAST_NS)
		return false;
	if (syscall_set_has(&waiting->calls, key->abi, key->nr))
		return true;
	if (!syscall_set_has(&waiting->receives, key->abi, key->nr) &&
	    !(syscall_set_has(&waiting->reads, key->abi, key->nr) &&
	      is_awaited_file(waiting->profile, key)))
		return false;
	return sample->calls && lower - WAITING_LEAST_NS >= sample->bytes / sample->calls;
}
