/* SPDX-License-Identifier: MIT */
/*
 * The profile as a file: gzipped profile.proto (github.com/google/pprof, proto/profile.proto), as
 * any pprof reader takes it. doc/profile-format.md says how the model is laid out in it.
 */
#ifndef SCPROF_PROFILE_PPROF_PPROF_H
#define SCPROF_PROFILE_PPROF_PPROF_H

#include "profile/model/profile.h"
#include "profile/util/output_place.h"

#define PPROF_ERROR_SIZE 256

/*
 * Writes @profile to @path, a name that the user gave: under a temporary name in the same
 * directory, fsynced, then renamed, so that a reader never sees half a file. Returns 0 or -errno;
 * on an error no file is left.
 */
int pprof_write(const struct profile *profile, const char *path);

enum pprof_care {
	PPROF_QUICK,   /* another file will soon replace it: compressed quickly, no fsync */
	PPROF_PLACED,  /* no fsync: the caller calls atomic_file_sync later */
	PPROF_DURABLE, /* as pprof_write does */
};

/* The same for a name of any @origin. */
int pprof_write_as(const struct profile *profile, const char *path, enum name_origin origin,
		   enum pprof_care care);

/* Writes @profile to @fd, which stays the caller's. Returns 0 or -errno. */
int pprof_write_to(const struct profile *profile, int fd);

/*
 * Reads @path into @profile, which the caller has not initialised. Returns 0; or -errno when the
 * file cannot be read, or
 * -EBADMSG when it is not a scprof profile, is cut or is hostile. Then @profile holds nothing and
 * @error one line without prefix, such as "'x': not a scprof profile: no gzip header".
 */
int pprof_read(struct profile *profile, const char *path, char error[static PPROF_ERROR_SIZE]);

#endif
