// SPDX-License-Identifier: MIT
/*
 * A baseline is told by its first key, which stands in its first lines; everything else is taken
 * for a profile, and refused by its reader when it is none.
 */
#include "cli/load_sites.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/collect_sites.h"
#include "cli/commands.h"
#include "cli/find_profile.h"
#include "cli/message.h"
#include "profile/baseline.h"
#include "profile/diff.h"
#include "profile/xalloc.h"

#define HEAD_SIZE 4096

static bool is_baseline(const char *path)
{
	char head[HEAD_SIZE + 2] = "\n";
	FILE *file;
	size_t size;

	if (!path || !strcmp(path, "-"))
		return false;
	file = fopen(path, "re");
	if (!file)
		return false;
	size = fread(head + 1, 1, HEAD_SIZE, file);
	fclose(file);
	head[size + 1] = '\0';
	return strstr(head, "\n" BASELINE_KEY ":") != NULL;
}

static int open_one(struct loaded_sites *loaded, const char *path, struct call_names *names)
{
	char *error = NULL;

	*loaded = (struct loaded_sites){ .path = path };
	if (!is_baseline(path)) {
		loaded->is_profile = !find_profile(&loaded->profile, path);
		return loaded->is_profile ? 0 : STATUS_FAILURE;
	}
	if (!baseline_read(&loaded->sites, names, path, &error))
		return 0;
	message_print("%s", error);
	free(error);
	return STATUS_FAILURE;
}

int load_sites(struct loaded_sites *base, const char *base_path, struct loaded_sites *new,
	       const char *new_path, struct call_names *names)
{
	if (base_path && open_one(base, base_path, names))
		return STATUS_FAILURE;
	if (open_one(new, new_path, names)) {
		if (base_path)
			load_sites_fini(base);
		return STATUS_FAILURE;
	}
	if (base_path && base->is_profile)
		collect_sites(&base->sites, names, &base->profile,
			      new->is_profile ? &new->profile : NULL);
	if (new->is_profile)
		collect_sites(&new->sites, names, &new->profile,
			      base_path && base->is_profile ? &base->profile : NULL);
	return 0;
}

void load_sites_fini(struct loaded_sites *loaded)
{
	call_sites_fini(&loaded->sites);
	if (loaded->is_profile)
		profile_fini(&loaded->profile);
}

char **load_sites_notes(const struct call_sites *base, const struct call_sites *new,
			bool has_command)
{
	char **notes = xcalloc(NR_RUN_FACTS + 3, sizeof(*notes));
	unsigned int nr = 0;

	for (int fact = 0; fact < NR_RUN_FACTS; fact++) {
		/* A program is built anew for every change: that is what is being compared. */
		if (fact == RUN_BUILD_ID || (fact == RUN_COMMAND && !has_command))
			continue;
		notes[nr] = diff_fact_note(base, new, (enum run_fact)fact);
		nr += notes[nr] != NULL;
	}
	if (!base->is_complete)
		notes[nr++] = xstrdup("the base is incomplete: calls are missing in it");
	if (!new->is_complete)
		notes[nr++] = xstrdup("the profile is incomplete: calls are missing in it");
	return notes;
}

void load_sites_free_notes(char **notes)
{
	for (char **note = notes; note && *note; note++)
		free(*note);
	free(notes);
}

void load_sites_say(char *const *notes)
{
	for (; notes && *notes; notes++)
		message_print("note: %s", *notes);
}
