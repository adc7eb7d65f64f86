// SPDX-License-Identifier: MIT
/*
 * libFuzzer harness for regular expressions. The input is a pattern, a NUL and a text. A pattern is
 * accepted, or refused with a reason. An accepted pattern gives an answer, or fails with a reason.
 * A pattern without groups must give the same answer inside a group.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/pattern.h"
#include "profile/util/xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_group(const char *text, const char *in, bool matches)
{
	char *group, *reason;
	struct pattern *pattern;

	/* After \Q a parenthesis does not close a group. */
	if (strchr(text, ')') || strstr(text, "\\Q"))
		return;
	group = xasprintf("(?:%s)", text);
	pattern = pattern_new(group, &reason);
	if (pattern && pattern_matches(pattern, in) != matches && !pattern_failure(pattern))
		abort();
	free(reason);
	pattern_free(pattern);
	free(group);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xcalloc(size + 2, 1), *reason;
	const char *in = text + strlen(memcpy(text, data, size)) + 1;
	struct pattern *pattern = pattern_new(text, &reason);

	if (!pattern && (!reason || !*reason))
		abort();
	if (pattern) {
		bool matches = pattern_matches(pattern, in);

		if (!pattern_failure(pattern))
			check_group(text, in, matches);
		else if (matches || !*pattern_failure(pattern))
			abort();
	}
	free(reason);
	pattern_free(pattern);
	free(text);
	return 0;
}
