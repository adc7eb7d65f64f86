/* SPDX-License-Identifier: MIT */
/*
 * The profile as a file: a gzipped profile.proto (github.com/google/pprof, proto/profile.proto),
 * which any pprof reader can read. doc/profile-format.md says how it represents the model.
 */
#ifndef SCPROF_PROFILE_PPROF_PPROF_H
#define SCPROF_PROFILE_PPROF_PPROF_H

#include "profile/model/profile.h"
#include "profile/util/output_place.h"

#define PPROF_ERROR_SIZE 256

/*
 * Writes @profile to @path, a name that the user gave. Writes a temporary file in the same
 * directory, syncs it and renames it, so that a reader never sees a partial file. Returns 0 or
 * -errno; on an error it leaves no file.
 */
int pprof_write(const struct profile *profile, const char *path);

enum pprof_care {
	PPROF_QUICK,   /* another file will soon replace this one: compressed quickly, not synced */
	PPROF_PLACED,  /* not synced: the caller calls atomic_file_sync() later */
	PPROF_DURABLE, /* synced, as by pprof_write() */
};

/* Like pprof_write(), for a name of any @origin. */
int pprof_write_as(const struct profile *profile, const char *path, enum name_origin origin,
		   enum pprof_care care);

/* Writes @profile to @fd, which stays open. Returns 0 or -errno. */
int pprof_write_to(const struct profile *profile, int fd);

/*
 * Reads @path and initialises @profile. Returns 0; the caller calls profile_fini() later. Returns
 * -errno if the file cannot be read, and -EBADMSG if it is not a scprof profile, is truncated or
 * hostile. Then @profile holds nothing, and @error is a line without prefix, such as "'x': not a
 * scprof profile: no gzip header".
 */
int pprof_read(struct profile *profile, const char *path, char error[static PPROF_ERROR_SIZE]);

#endif
