// SPDX-License-Identifier: MIT
/*
 * Writes the sample profile to the file that is named, for tests that run `scprof report`. The file
 * is made anew each time, so it always has the current layout.
 */
#include <stdio.h>
#include <string.h>

#include "profile/pprof.h"
#include "tests/golden/sample_profile.h"

int main(int argc, char **argv)
{
	struct profile profile;
	int error;

	if (argc != 2) {
		fprintf(stderr, "usage: write_profile FILE\n");
		return 2;
	}
	sample_profile_init(&profile);
	error = pprof_write(&profile, argv[1]);
	if (error)
		fprintf(stderr, "write_profile: %s: %s\n", argv[1], strerror(-error));
	profile_fini(&profile);
	return error ? 3 : 0;
}
