// SPDX-License-Identifier: MIT
/*
 * A report can be made again at any time, so it need not be synced to disk.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "cli/term/output.h"
#include "cli/term/stream_end.h"
#include "profile/util/write_error.h"

int output_open(struct output *output, const char *path)
{
	int fd, err;

	if (path && !strcmp(path, "-"))
		path = NULL;
	*output = (struct output){ .stream = stdout, .path = path };
	if (!path)
		return 0;
	err = atomic_file_open(&output->file, path, NAME_GIVEN);
	if (err) {
		message_print("cannot write '%s': %s", path,
			      output_place_explain(path, NAME_GIVEN, err));
		return -1;
	}
	/* The stream and the file each close their own descriptor. */
	fd = dup(output->file.fd);
	output->stream = fd < 0 ? NULL : fdopen(fd, "w");
	if (!output->stream) {
		message_print("cannot write '%s': %s", path, write_error_text(errno));
		if (fd >= 0)
			close(fd);
		atomic_file_abort(&output->file);
		return -1;
	}
	return 0;
}

static int close_file(struct output *output, bool is_good)
{
	int err = 0;

	if (fclose(output->stream))
		err = -errno;
	if (!is_good || err)
		atomic_file_abort(&output->file);
	else
		err = atomic_file_commit(&output->file, false);
	if (err && is_good)
		message_print("cannot write '%s': %s", output->path, write_error_text(-err));
	return err ? STATUS_FAILURE : STATUS_OK;
}

int output_end(struct output *output, const char *what, int status)
{
	bool is_good =
		status != STATUS_FAILURE && stream_end_check(output->stream, what) == STATUS_OK;

	if (output->path && close_file(output, is_good) != STATUS_OK)
		is_good = false;
	return is_good ? status : STATUS_FAILURE;
}
