// SPDX-License-Identifier: MIT
/*
 * Writes a profile to the named file, for tests that run `scprof report`: the sample profile, the
 * hostile one, one of several runs, or one with a given number of stacks. The tests write the
 * file each time they run, so it always has the current format.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/pprof/pprof.h"
#include "tests/golden/hostile_profile.h"
#include "tests/golden/large_profile.h"
#include "tests/golden/runs_profile.h"
#include "tests/golden/sample_profile.h"

int main(int argc, char **argv)
{
	struct profile profile;
	int error;

	if (argc != 2 && argc != 3) {
		fprintf(stderr, "usage: write_profile FILE [hostile|runs|STACKS]\n");
		return 2;
	}
	if (argc == 3 && !strcmp(argv[2], "hostile"))
		hostile_profile_init(&profile);
	else if (argc == 3 && !strcmp(argv[2], "runs"))
		runs_profile_init(&profile);
	else if (argc == 3)
		large_profile_init(&profile, (uint32_t)strtoul(argv[2], NULL, 10));
	else
		sample_profile_init(&profile);
	error = pprof_write(&profile, argv[1]);
	if (error)
		fprintf(stderr, "write_profile: %s: %s\n", argv[1], strerror(-error));
	profile_fini(&profile);
	return error ? 3 : 0;
}
