// SPDX-License-Identifier: MIT
/*
 * Writes stacks as text. A frame with inlined functions has the name of the outermost one.
 */
#include "tests/unit/stack_names.h"

#include <stdlib.h>

#include "profile/symbols/symbolize.h"
#include "profile/util/xalloc.h"

static char *frame_name(const struct profile *profile, uint32_t id)
{
	const struct frame *frame = &profile->frames[id];
	const struct line *line;

	if (!frame->nr_lines)
		return symbolize_bare_name(profile, id);
	line = &profile->lines[frame->first_line + frame->nr_lines - 1];
	return xstrdup(
		string_table_get(&profile->strings, profile->functions[line->function].name));
}

char *stack_names(struct profile *profile, uint32_t stack)
{
	char *text = xstrdup("");

	symbolize_profile(profile);
	for (; stack; stack = profile->stacks.nodes[stack].parent) {
		char *name = frame_name(profile, profile->stacks.nodes[stack].frame);
		char *longer = xasprintf("%s%s ", text, name);

		free(text);
		free(name);
		text = longer;
	}
	return text;
}

unsigned int stack_nr_code_frames(const struct profile *profile, uint32_t stack)
{
	unsigned int nr = 0;

	for (; stack; stack = profile->stacks.nodes[stack].parent)
		nr += profile->frames[profile->stacks.nodes[stack].frame].mapping != 0;
	return nr;
}
