// SPDX-License-Identifier: MIT
/*
 * Facts describe a run (enum run_fact). A profile also says if it has all calls of its run, and if
 * it was reduced to a part of them (profile/model/scope.h).
 */
#include "analysis/run_notes.h"

#include <stdlib.h>
#include <string.h>

#include "profile/util/xalloc.h"

char *run_note(const struct call_sites *base, const struct call_sites *new, enum run_fact fact)
{
	const char *before = base->facts[fact], *after = new->facts[fact];

	if (!before || !after || !strcmp(before, after))
		return NULL;
	return xasprintf("the %s differs: '%s', was '%s'", run_fact_labels[fact], after, before);
}

/* Returns the text after @key in @fact. Stores its length, up to the next comma, in *@length. */
static const char *part_of(const char *fact, const char *key, size_t *length)
{
	char *wanted = xasprintf(", %s ", key);
	const char *found = strstr(fact, wanted);

	found = found ? found + strlen(wanted) : "";
	*length = strcspn(found, ",");
	free(wanted);
	return found;
}

static bool part_differs(const char *before, const char *after, const char *key)
{
	size_t length, other_length;
	const char *part = part_of(before, key, &length);
	const char *other = part_of(after, key, &other_length);

	return length != other_length || strncmp(part, other, length) != 0;
}

char *run_environment_note(const struct call_sites *base, const struct call_sites *new)
{
	/* The keys of the fact, and their names for readers. */
	static const char *const keys[][2] = { { "HOME", "HOME" },
					       { "locale", "locale" },
					       { "PATH", "PATH" },
					       { "loader", "variables of the dynamic loader" },
					       { "others", "other variables" } };
	const char *before = base->facts[RUN_ENVIRONMENT], *after = new->facts[RUN_ENVIRONMENT];
	char *text = xstrdup("");

	for (size_t i = 0; before && after && i < sizeof(keys) / sizeof(keys[0]); i++) {
		char *longer;

		if (!part_differs(before, after, keys[i][0]))
			continue;
		longer = xasprintf("%s%s%s", text, *text ? ", " : "", keys[i][1]);
		free(text);
		text = longer;
	}
	if (*text) {
		char *note =
			xasprintf("the environment differs, which may be the reason: %s", text);

		free(text);
		return note;
	}
	free(text);
	return NULL;
}

static char *scope_note(const char *which, const struct call_sites *sites)
{
	return xasprintf("%s: only %s is compared%s; left out: %s", which, sites->scope,
			 sites->nr ? "" : ", and it is empty",
			 sites->left_out ? sites->left_out : "an unknown number of calls");
}

static unsigned int add_side_notes(char **notes, const char *which, const struct call_sites *sites)
{
	unsigned int nr = 0;

	if (sites->scope)
		notes[nr++] = scope_note(which, sites);
	if (sites->has_old_names)
		notes[nr++] =
			xstrdup("the baseline is from an older version, which named some call "
				"sites by functions of a language's runtime; 'scprof baseline "
				"update' names them by your functions");
	if (!sites->is_complete)
		notes[nr++] = xasprintf("%s is incomplete: calls are missing in it", which);
	return nr;
}

char **run_notes(const struct call_sites *base, const struct call_sites *new, bool has_command)
{
	char **notes = xcalloc(NR_RUN_FACTS + 6, sizeof(*notes));
	unsigned int nr = 0;

	for (int fact = 0; base && fact < NR_RUN_FACTS; fact++) {
		/*
		 * Every change rebuilds the program, so a new build id is not worth a note. A
		 * different environment is noted only if calls differ.
		 */
		if (fact == RUN_BUILD_ID || fact == RUN_ENVIRONMENT || fact == RUN_FROM ||
		    (fact == RUN_COMMAND && !has_command))
			continue;
		notes[nr] = run_note(base, new, (enum run_fact)fact);
		nr += notes[nr] != NULL;
	}
	if (base)
		nr += add_side_notes(notes + nr, "the base", base);
	add_side_notes(notes + nr, "the profile", new);
	return notes;
}

void run_notes_free(char **notes)
{
	for (char **note = notes; note && *note; note++)
		free(*note);
	free(notes);
}
