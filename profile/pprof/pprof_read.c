// SPDX-License-Identifier: MIT
/*
 * Reads a profile. gzip.c reads and limits the bytes of the file, and pprof_decode.c checks and
 * decodes them. This file opens the file and makes an error message without bytes that a terminal
 * would obey.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/pprof/pprof.h"
#include "profile/pprof/pprof_decode.h"
#include "profile/util/gzip.h"

#define MAX_PATH_SHOWN 80

static void set_error(char error[static PPROF_ERROR_SIZE], const char *before, const char *path,
		      const char *after, const char *reason)
{
	size_t size = strlen(path);
	const char *cut = "";

	if (size > MAX_PATH_SHOWN) {
		path += size - MAX_PATH_SHOWN;
		cut = "...";
	}
	snprintf(error, PPROF_ERROR_SIZE, "%s'%s%s'%s: %s", before, cut, path, after, reason);
	for (char *at = error; *at; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
	}
}

static int read_data(int fd, struct profile *profile, char reason[static PPROF_REASON_SIZE])
{
	const char *why = NULL;
	void *data = NULL;
	size_t size = 0;
	int err = gzip_read_all(fd, PPROF_MAX_SIZE, &data, &size, &why);

	if (why)
		snprintf(reason, PPROF_REASON_SIZE, "%s", why);
	if (err)
		return err;
	profile_init(profile);
	err = pprof_decode(profile, data, size, reason);
	if (err)
		profile_fini(profile);
	free(data);
	return err;
}

int pprof_read(struct profile *profile, const char *path, char error[static PPROF_ERROR_SIZE])
{
	char reason[PPROF_REASON_SIZE] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	*profile = (struct profile){ 0 };
	*error = '\0';
	if (fd < 0) {
		err = -errno;
		set_error(error, "cannot open ", path, "", strerror(-err));
		return err;
	}
	err = read_data(fd, profile, reason);
	close(fd);
	if (err == -EBADMSG)
		set_error(error, "", path, ": not a scprof profile", reason);
	else if (err)
		set_error(error, "cannot read ", path, "", strerror(-err));
	return err;
}
