// SPDX-License-Identifier: MIT
/*
 * The class is a set of numbers, so a sample is decided without looking at names. Names decide only
 * for the few other calls that can block, which are compared by number in each ABI.
 */
#include "analysis/waiting.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/call_class.h"
#include "profile/model/file_kind.h"
#include "profile/model/histogram.h"

void waiting_init(struct waiting *waiting, const struct profile *profile)
{
	char *error = NULL;

	*waiting = (struct waiting){ .profile = profile };
	if (syscall_set_parse(&waiting->calls, "%wait", &error))
		free(error);
}

static bool is_terminal(const char *path)
{
	return !strncmp(path, "/dev/pts/", 9) || !strncmp(path, "/dev/tty", 8) ||
	       !strcmp(path, "/dev/console");
}

/* Returns true if the file of @key is one on which a read waits until somebody writes. */
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
	enum call_class class;

	if (lower < WAITING_LEAST_NS)
		return false;
	if (syscall_set_has(&waiting->calls, key->abi, key->nr))
		return true;
	class = call_class_of(syscall_name(key->abi, key->nr));
	if (class != CLASS_RECEIVE &&
	    (class != CLASS_READ || !is_awaited_file(waiting->profile, key)))
		return false;
	return sample->calls && lower - WAITING_LEAST_NS >= sample->bytes / sample->calls;
}
