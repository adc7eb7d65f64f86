// SPDX-License-Identifier: MIT
/*
 * The stream forgets the error of an earlier write; another write fails with the same error.
 */
#include "cli/term/stream_end.h"

#include <errno.h>
#include <string.h>

#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "profile/util/write_error.h"

int stream_end_check(FILE *out, const char *what)
{
	int error = 0;

	errno = 0;
	if (ferror(out))
		fputc('\n', out);
	if (fflush(out) || ferror(out))
		error = errno ? errno : EIO;
	if (!error || error == EPIPE)
		return STATUS_OK;
	message_print("cannot write %s: %s", what, write_error_text(error));
	return STATUS_FAILURE;
}
