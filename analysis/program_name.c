// SPDX-License-Identifier: MIT
/*
 * The first word of the command is what the user typed. The command of a script begins with the
 * interpreter, but its process has the script's name. These two names differ, so a script's
 * interpreter is not renamed.
 */
#include "analysis/program_name.h"

#include <stdlib.h>
#include <string.h>

#include "profile/util/text.h"
#include "profile/util/xalloc.h"

#define COMM_LENGTH 15 /* the kernel keeps this many bytes of a process's name: TASK_COMM_LEN */

static const char *string(const struct profile *profile, uint32_t id)
{
	return string_table_get(&profile->strings, id);
}

/* Returns the path or name with which the program was started, or NULL. The caller frees it. */
static char *started_as(const struct profile *profile)
{
	const char *command = profile_fact(profile, "command");
	char *word = command ? xasprintf("%.*s", (int)strcspn(command, " "), command) : NULL;

	if (word && *text_basename(word))
		return word;
	free(word);
	return NULL;
}

static bool is_program(const struct profile *profile, uint32_t mapping)
{
	const char *executable = profile_fact(profile, "executable");

	return mapping && executable &&
	       !strcmp(string(profile, profile->mappings[mapping].path), executable);
}

/* Returns true if each call with a frame in the program's file was made by a process @name. */
static bool is_name_of_all(const struct profile *profile, const char *name)
{
	const struct stack_table *stacks = &profile->stacks;
	bool *is_inside = xcalloc(stacks->nr, sizeof(*is_inside));
	bool is_all = true;

	for (uint32_t id = 1; id < stacks->nr; id++) {
		const struct stack_node *node = &stacks->nodes[id];

		is_inside[id] = is_inside[node->parent] ||
				is_program(profile, profile->frames[node->frame].mapping);
	}
	for (uint32_t i = 0; i < profile->nr_samples && is_all; i++) {
		const struct sample_key *key = &profile->samples[i].key;
		const char *process = string(profile, key->process);

		is_all = !is_inside[key->stack] ||
			 (!strncmp(process, name, COMM_LENGTH) && strlen(process) <= COMM_LENGTH);
	}
	free(is_inside);
	return is_all;
}

/* Changes `old+0x1234`, the name of a function without a symbol, to `new+0x1234`. */
static void rename_function(struct profile *profile, struct function *function, const char *old,
			    const char *new)
{
	const char *name = string(profile, function->name);
	size_t length = strlen(old);
	char *renamed;

	if (strncmp(name, old, length) != 0 || strncmp(name + length, "+0x", 3) != 0)
		return;
	renamed = xasprintf("%s%s", new, name + length);
	function->name = string_table_intern(&profile->strings, renamed);
	free(renamed);
}

static void rename_functions(struct profile *profile, const char *old, const char *new)
{
	for (uint32_t id = 1; id < profile->nr_frames; id++) {
		const struct frame *frame = &profile->frames[id];

		for (uint32_t nth = 0; nth < frame->nr_lines; nth++) {
			const struct line *line = &profile->lines[frame->first_line + nth];

			if (is_program(profile, frame->mapping))
				rename_function(profile, &profile->functions[line->function], old,
						new);
		}
	}
}

/*
 * @word is a path, or a name that was found in $PATH. In the second case, the link is probably in
 * the same directory as the file.
 */
static void rename_file(struct profile *profile, const char *word)
{
	char *old = xstrdup(profile_fact(profile, "executable"));
	const char *base = text_basename(old);
	char *path = strchr(word, '/') ? xstrdup(word)
				       : xasprintf("%.*s%s", (int)(base - old), old, word);

	rename_functions(profile, base, text_basename(word));
	for (uint32_t i = 1; i < profile->nr_mappings; i++) {
		if (is_program(profile, i))
			profile->mappings[i].path = string_table_intern(&profile->strings, path);
	}
	profile_set_fact(profile, "executable", "%s", path);
	free(path);
	free(old);
}

void program_name_apply(struct profile *profile)
{
	const char *executable = profile_fact(profile, "executable");
	char *word = started_as(profile);

	if (word && executable && strcmp(text_basename(executable), text_basename(word)) != 0 &&
	    is_name_of_all(profile, text_basename(word)))
		rename_file(profile, word);
	free(word);
}
