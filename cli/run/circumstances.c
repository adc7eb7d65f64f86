// SPDX-License-Identifier: MIT
/*
 * The hashes (FNV-1a, 32 bits) are the same on every machine, and do not depend on the order of the
 * variables. They leave out variables that differ between shells or between runs.
 */
#include "cli/run/circumstances.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "profile/util/xalloc.h"
#include "scprof/handshake.h"

#define FNV_BASIS 0x811c9dc5u
#define FNV_PRIME 0x01000193u

enum group { GROUP_HOME, GROUP_LOCALE, GROUP_PATH, GROUP_LOADER, GROUP_OTHERS, NR_GROUPS };

static const char *const group_names[NR_GROUPS] = { "HOME", "locale", "PATH", "loader", "others" };

const char *circumstances_stream(int fd)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return "closed";
	switch (status.st_mode & S_IFMT) {
	case S_IFREG:
		return "file";
	case S_IFIFO:
		return "pipe";
	case S_IFSOCK:
		return "socket";
	case S_IFDIR:
		return "directory";
	case S_IFCHR:
		if (status.st_rdev == makedev(1, 3))
			return "null";
		return isatty(fd) ? "tty" : "device";
	default:
		return "device";
	}
}

static bool begins_with_one(const char *variable, const char *const *prefixes)
{
	for (; *prefixes; prefixes++) {
		if (strncmp(variable, *prefixes, strlen(*prefixes)) == 0)
			return true;
	}
	return false;
}

static enum group group_of(const char *variable)
{
	static const char *const home[] = { "HOME=", NULL };
	static const char *const locale[] = { "LANG=", "LANGUAGE=", "LC_", "LOCPATH=", NULL };
	static const char *const path[] = { "PATH=", NULL };
	static const char *const loader[] = { "LD_", "GLIBC_TUNABLES=", "MALLOC_", NULL };

	return begins_with_one(variable, home)	   ? GROUP_HOME
	       : begins_with_one(variable, locale) ? GROUP_LOCALE
	       : begins_with_one(variable, path)   ? GROUP_PATH
	       : begins_with_one(variable, loader) ? GROUP_LOADER
						   : GROUP_OTHERS;
}

static uint32_t hash(const char *text)
{
	uint32_t value = FNV_BASIS;

	for (; *text; text++)
		value = (value ^ (unsigned char)*text) * FNV_PRIME;
	return value;
}

char *circumstances_environment(char *const *variables)
{
	static const char *const left_out[] = { "_=",	   "OLDPWD=",  "PWD=",	 "SHLVL=",
						"SCPROF_", "COLUMNS=", "LINES=", NULL };
	uint32_t hashes[NR_GROUPS] = { 0 };
	unsigned int nr = 0;
	size_t size = 0;
	char *text;

	for (; *variables; variables++) {
		nr++;
		size += strlen(*variables) + 1;
		if (!begins_with_one(*variables, left_out))
			hashes[group_of(*variables)] += hash(*variables);
	}
	text = xasprintf("%u variables, %zu bytes", nr, size);
	for (int group = 0; group < NR_GROUPS; group++) {
		char *longer = xasprintf("%s, %s %08x", text, group_names[group], hashes[group]);

		free(text);
		text = longer;
	}
	return text;
}

void circumstances_set(struct environment *settings)
{
	const char *redact = environment_get(settings, SCPROF_ENV_REDACT);
	bool is_redacted = redact && *redact && strchr("1yto", *redact) && strcmp(redact, "off");
	char *variables = circumstances_environment(environ);
	char *facts = xasprintf(
		"stdin: %s\nstdout: %s\nstderr: %s\n%s%s", circumstances_stream(STDIN_FILENO),
		circumstances_stream(STDOUT_FILENO), circumstances_stream(STDERR_FILENO),
		is_redacted ? "" : "environment: ", is_redacted ? "" : variables);

	environment_set(settings, SCPROF_ENV_FACTS, facts);
	free(facts);
	free(variables);
}
