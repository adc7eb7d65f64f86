/* SPDX-License-Identifier: MIT */
/*
 * Writes an encoded profile to a file that appears complete or not at all.
 */
#include "profile/pprof/pprof.h"
#include "profile/pprof/pprof_layout.h"
#include "profile/util/atomic_file.h"

/*
 * With this many samples, compressing well takes three times as long, but makes the file a quarter
 * smaller.
 */
#define MANY_SAMPLES 10000u

int pprof_write_as(const struct profile *profile, const char *path, enum name_origin origin,
		   enum pprof_care care)
{
	struct atomic_file file;
	int err = atomic_file_open(&file, path, origin);

	if (err)
		return err;
	err = pprof_put(profile, file.fd,
			care == PPROF_QUICK || profile->nr_samples < MANY_SAMPLES);
	if (!err)
		return atomic_file_commit(&file, care == PPROF_DURABLE);
	atomic_file_abort(&file);
	return err;
}

int pprof_write_to(const struct profile *profile, int fd)
{
	return pprof_put(profile, fd, false);
}

int pprof_write(const struct profile *profile, const char *path)
{
	return pprof_write_as(profile, path, NAME_GIVEN, PPROF_DURABLE);
}
