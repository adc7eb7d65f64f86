// SPDX-License-Identifier: MIT
/*
 * Reads are in the region copy/in, writes in copy/out, sends in one of a name that deceives. The
 * first run made one read more, the third one write less, and alone a getpid where reads are made.
 */
#include "tests/golden/runs_profile.h"

#include <stdlib.h>

#include "profile/model/runs.h"
#include "tests/golden/sample_profile.h"

static uint32_t number(const char *name)
{
	return (uint32_t)syscall_number(SYSCALL_ABI_X86_64, name);
}

static const char *region_of(const struct sample_key *key)
{
	if (!key->stack || key->abi != SYSCALL_ABI_X86_64)
		return "";
	if (key->nr == number("read"))
		return "copy/in";
	if (key->nr == number("write"))
		return "copy/out";
	return key->nr == number("sendto") ? "\033[1mcopy\n" : "";
}

static void set_calls(uint64_t *calls, uint64_t first, uint64_t second, uint64_t third)
{
	calls[0] = first;
	calls[1] = second;
	calls[2] = third;
}

void runs_profile_init(struct profile *profile)
{
	struct sample_key reads = { 0 }, writes = { 0 };
	struct sample *samples;
	uint32_t nr;

	sample_profile_init(profile);
	samples = profile_take_samples(profile, &nr);
	for (uint32_t i = 0; i < nr; i++) {
		struct sample_key key = samples[i].key;
		struct sample *sample;

		key.region = string_table_intern(&profile->strings, region_of(&key));
		sample = profile_sample(profile, &key);
		sample->calls = samples[i].calls;
		sample->time_ns = samples[i].time_ns;
		sample->bytes = samples[i].bytes;
		if (sample->calls == 98)
			reads = key;
		if (sample->calls == 100)
			writes = key;
	}
	free(samples);
	profile_set_runs(profile, 3);
	profile_set_fact(profile, "run", "2");
	set_calls(profile_add_varying_site(profile, &reads), 101, 100, 100);
	set_calls(profile_add_varying_site(profile, &writes), 100, 100, 99);
	reads.nr = number("getpid");
	set_calls(profile_add_varying_site(profile, &reads), 0, 0, 1);
}
