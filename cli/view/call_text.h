/* SPDX-License-Identifier: MIT */
/*
 * One call as strace users know it: `openat(AT_FDCWD, 0x7ffe…, 0x80000) = -1 ENOENT (No such file
 * or directory)`. Arguments are raw words, written by their kind.
 */
#ifndef SCPROF_CLI_VIEW_CALL_TEXT_H
#define SCPROF_CLI_VIEW_CALL_TEXT_H

#include "profile/log/log_file.h"

/* Returns `name(arguments)`, for the caller to free; escaped, whatever the log holds. */
char *call_text_call(const struct log_file *log, const struct log_call *call);
/* Returns what follows the `=`: `3`, `-1 ENOENT (…)`, `?`; for the caller to free. */
char *call_text_result(const struct log_call *call);
/* Returns the errno of @call, 0 when it did not fail. */
unsigned int call_text_error(const struct log_call *call);

#endif
