// SPDX-License-Identifier: MIT
/*
 * libFuzzer harness for the reader of profiles (`make fuzz`). The input is an uncompressed
 * profile.proto, because the checksum of a compressed one would reject nearly all mutations. An
 * accepted profile must be the same after it has been written and read again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/pprof/pprof.h"
#include "profile/pprof/pprof_decode.h"
#include "tests/pprof/made_profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct profile *profile)
{
	char path[64], error[PPROF_ERROR_SIZE];
	char *before = made_profile_text(profile), *after;
	struct profile copy;

	snprintf(path, sizeof(path), "/tmp/scprof-fuzz.%d.pb.gz", getpid());
	if (pprof_write(profile, path) || pprof_read(&copy, path, error))
		abort();
	unlink(path);
	after = made_profile_text(&copy);
	if (strcmp(before, after))
		abort();
	profile_fini(&copy);
	free(before);
	free(after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char reason[PPROF_REASON_SIZE];
	struct profile profile;

	profile_init(&profile);
	if (!pprof_decode(&profile, data, size, reason))
		check_round_trip(&profile);
	profile_fini(&profile);
	return 0;
}
