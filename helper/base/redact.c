/* SPDX-License-Identifier: MIT */
/*
 * Shortens paths to their last part. This changes elements of the profile in place, so nothing may
 * be added to the profile afterwards.
 */
#include "helper/base/redact.h"

#include "profile/util/text.h"

static void redact_string(struct profile *profile, uint32_t *id)
{
	const char *path = string_table_get(&profile->strings, *id);

	*id = string_table_intern(&profile->strings, text_basename(path));
}

void redact_profile(struct profile *profile)
{
	for (uint32_t id = 1; id < profile->nr_mappings; id++)
		redact_string(profile, &profile->mappings[id].path);
	for (uint32_t id = 1; id < profile->nr_functions; id++)
		redact_string(profile, &profile->functions[id].file);
}
