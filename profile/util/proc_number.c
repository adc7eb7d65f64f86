/* SPDX-License-Identifier: MIT */
/*
 * The lines that are read here are short. Some files of /proc have long lines too, but those are
 * lists.
 */
#include "profile/util/proc_number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int proc_number(const char *path, const char *key)
{
	FILE *file = fopen(path, "re");
	char line[256];
	int value = -1;

	while (file && value < 0 && fgets(line, sizeof(line), file))
		if (strncmp(line, key, strlen(key)) == 0)
			value = (int)strtol(line + strlen(key), NULL, 10);
	if (file)
		fclose(file);
	return value;
}

int proc_status_number(pid_t pid, const char *key)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	return proc_number(path, key);
}
