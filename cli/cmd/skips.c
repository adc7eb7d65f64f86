// SPDX-License-Identifier: MIT
/*
 * Collects the expressions of --skip, and applies them to a profile.
 */
#include "cli/cmd/skips.h"

#include <stdlib.h>

#include "analysis/code_kind.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "profile/util/xalloc.h"

void skips_add(struct skips *skips, const char *regex)
{
	skips->list = xgrow(skips->list, skips->nr, &skips->capacity, sizeof(*skips->list));
	skips->list[skips->nr++] = regex;
}

void skips_free(struct skips *skips)
{
	free(skips->list);
	*skips = (struct skips){ 0 };
}

char *skips_text(const struct skips *skips)
{
	char *text = NULL;

	for (uint32_t i = 0; i < skips->nr; i++) {
		char *longer = code_skip_join(text, skips->list[i]);

		free(text);
		text = longer;
	}
	return text;
}

int skips_apply(const struct skips *skips, struct profile *profile)
{
	for (uint32_t i = 0; i < skips->nr; i++) {
		char *error;

		if (!code_skip(profile, skips->list[i], &error))
			continue;
		message_print("--skip: %s", error);
		free(error);
		return STATUS_USAGE;
	}
	return STATUS_OK;
}
