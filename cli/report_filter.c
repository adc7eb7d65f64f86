// SPDX-License-Identifier: MIT
/*
 * Each frame is matched once; a stack matches when its innermost frame does or its caller's stack
 * does, and callers have smaller ids, so one pass in id order answers for all stacks.
 */
#include <stdlib.h>

#include "cli/location.h"
#include "cli/report_filter.h"
#include "profile/xalloc.h"

static bool text_matches(const regex_t *match, const struct profile *profile, uint32_t string)
{
	return string && !regexec(match, string_table_get(&profile->strings, string), 0, NULL, 0);
}

static bool frame_matches(const regex_t *match, const struct profile *profile, uint32_t frame)
{
	for (uint32_t nth = 0; nth < location_count(profile, frame); nth++) {
		struct location location = location_of(profile, frame, nth);
		char *name = NULL;
		bool matches;

		if (!location.function)
			name = location_function(profile, &location);
		matches = (name && !regexec(match, name, 0, NULL, 0)) ||
			  text_matches(match, profile, location.function) ||
			  text_matches(match, profile, location.module) ||
			  text_matches(match, profile, location.file);
		free(name);
		if (matches)
			return true;
	}
	return false;
}

static bool *match_stacks(const struct profile *profile, const regex_t *match)
{
	bool *frames = xcalloc(profile->nr_frames, sizeof(*frames));
	bool *stacks = xcalloc(profile->stacks.nr, sizeof(*stacks));

	for (uint32_t frame = 1; frame < profile->nr_frames; frame++)
		frames[frame] = frame_matches(match, profile, frame);
	for (uint32_t id = 1; id < profile->stacks.nr; id++) {
		const struct stack_node *node = &profile->stacks.nodes[id];

		stacks[id] = stacks[node->parent] || frames[node->frame];
	}
	free(frames);
	return stacks;
}

void report_filter_init(struct report_filter *filter, const struct profile *profile,
			const struct syscall_set *syscalls, const regex_t *match)
{
	filter->syscalls = syscalls;
	filter->stacks = match ? match_stacks(profile, match) : NULL;
}

void report_filter_fini(struct report_filter *filter)
{
	free(filter->stacks);
	filter->stacks = NULL;
}

bool report_filter_has(const struct report_filter *filter, const struct sample *sample)
{
	const struct sample_key *key = &sample->key;

	if (filter->syscalls && !syscall_set_has(filter->syscalls, key->abi, key->nr))
		return false;
	return !filter->stacks || filter->stacks[key->stack];
}

bool report_filter_is_open(const struct report_filter *filter)
{
	return !filter->syscalls && !filter->stacks;
}
