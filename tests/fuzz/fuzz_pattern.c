// SPDX-License-Identifier: MIT
/*
 * libFuzzer harness for regular expressions: the input is a pattern, a NUL and a text. A pattern is accepted
 * or refused with a reason. An accepted one matches the same when it is a group of a larger one.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "profile/pattern.h"
#include "profile/xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_group(const char *text, const char *in, bool matches)
{
	char *group = xasprintf("(%s)", text), *reason;
	struct pattern *pattern = strchr(text, ')') ? NULL : pattern_new(group, &reason);

	if (pattern && pattern_matches(pattern, in) != matches)
		abort();
	if (!pattern && !strchr(text, ')'))
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
	if (pattern)
		check_group(text, in, pattern_matches(pattern, in));
	free(reason);
	pattern_free(pattern);
	free(text);
	return 0;
}
