// SPDX-License-Identifier: MIT
/*
 * Each frame is matched once. A stack matches if its innermost frame or its caller's stack matches.
 * Callers have smaller ids, so one pass in the order of ids is enough.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/location.h"
#include "analysis/report_filter.h"
#include "analysis/waiting.h"
#include "profile/util/pattern.h"
#include "profile/util/xalloc.h"

/* Applies one pattern; matches each string of the profile at most once. */
struct matcher {
	const struct profile *profile;
	const struct pattern *pattern;
	uint8_t *known; /* by string id: enum answer */
};

enum answer { ANSWER_NONE, ANSWER_NO, ANSWER_YES };

static bool text_matches(struct matcher *matcher, uint32_t string)
{
	uint8_t *known = &matcher->known[string];

	if (string && *known == ANSWER_NONE) {
		const char *text = string_table_get(&matcher->profile->strings, string);

		*known = pattern_matches(matcher->pattern, text) ? ANSWER_YES : ANSWER_NO;
	}
	return *known == ANSWER_YES;
}

static bool frame_matches(struct matcher *matcher, uint32_t frame)
{
	for (uint32_t nth = 0; nth < location_count(matcher->profile, frame); nth++) {
		struct location location = location_of(matcher->profile, frame, nth);
		char *name = NULL;
		bool matches;

		if (!location.function)
			name = location_function(matcher->profile, &location);
		matches = (name && pattern_matches(matcher->pattern, name)) ||
			  text_matches(matcher, location.function) ||
			  text_matches(matcher, location.module) ||
			  text_matches(matcher, location.file);
		free(name);
		if (matches)
			return true;
	}
	return false;
}

/* Clears the stacks in @selected (by stack id) that @pattern does not select. */
static void apply_pattern(const struct profile *profile, const struct frame_pattern *pattern,
			  bool *selected)
{
	struct matcher matcher = {
		.profile = profile,
		.pattern = pattern->pattern,
		.known = xcalloc(profile->strings.nr, sizeof(*matcher.known)),
	};
	bool *frames = xcalloc(profile->nr_frames, sizeof(*frames));
	bool *stacks = xcalloc(profile->stacks.nr, sizeof(*stacks));

	for (uint32_t frame = 1; frame < profile->nr_frames; frame++)
		frames[frame] = frame_matches(&matcher, frame);
	for (uint32_t id = 0; id < profile->stacks.nr; id++) {
		const struct stack_node *node = &profile->stacks.nodes[id];

		stacks[id] = id && (stacks[node->parent] || frames[node->frame]);
		if (stacks[id] == pattern->is_ignored)
			selected[id] = false;
	}
	free(matcher.known);
	free(frames);
	free(stacks);
}

const struct frame_pattern *report_filter_init(struct report_filter *filter,
					       const struct profile *profile,
					       const struct syscall_set *syscalls,
					       const struct frame_pattern *patterns,
					       uint32_t nr_patterns)
{
	*filter = (struct report_filter){ .syscalls = syscalls };
	if (!nr_patterns)
		return NULL;
	filter->stacks = xmalloc(profile->stacks.nr * sizeof(*filter->stacks));
	memset(filter->stacks, true, profile->stacks.nr * sizeof(*filter->stacks));
	for (uint32_t i = 0; i < nr_patterns; i++) {
		apply_pattern(profile, &patterns[i], filter->stacks);
		if (pattern_failure(patterns[i].pattern))
			return &patterns[i];
	}
	return NULL;
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
	if (filter->without && waiting_has(filter->without, sample))
		return false;
	return !filter->stacks || filter->stacks[key->stack];
}

bool report_filter_is_open(const struct report_filter *filter)
{
	return !filter->syscalls && !filter->stacks;
}
