/* SPDX-License-Identifier: MIT */
/*
 * Formats a call as strace does: `openat(AT_FDCWD, 0x7ffe…, 0x80000) = -1 ENOENT (No such file or
 * directory)`. The arguments are raw words, printed according to their kind.
 */
#ifndef SCPROF_CLI_VIEW_CALL_TEXT_H
#define SCPROF_CLI_VIEW_CALL_TEXT_H

#include "profile/log/log_file.h"

/* Returns `name(arguments)`, escaped. The caller frees it. */
char *call_text_call(const struct log_file *log, const struct log_call *call);
/* Returns the text after the `=`: `3`, `-1 ENOENT (…)`, or `?`. The caller frees it. */
char *call_text_result(const struct log_call *call);
/* Returns the errno of @call; 0 if it did not fail. */
unsigned int call_text_error(const struct log_call *call);

#endif
