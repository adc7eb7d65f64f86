/* SPDX-License-Identifier: MIT */
/*
 * An injected call whose stop has not come in time (helper/inject.h). The tracer's loop goes on without the thread, and
 * finishes the injection when the stop comes at last: what the call has mapped is unmapped, and the thread returns
 * to its own call.
 */
#ifndef SCPROF_HELPER_LATE_CALL_H
#define SCPROF_HELPER_LATE_CALL_H

#include <stdbool.h>

#include "helper/inject.h"
#include "helper/tracee.h"

/* @injection is_late. @tracee keeps a copy of it. */
void late_call_begin(struct tracee *tracee, const struct injection *injection);
/*
 * @tracee has stopped with @status. Returns true when the stop is one of the program's, to be handled like any other.
 * Returns false when it belonged to the injection; then the thread has been resumed.
 */
bool late_call_see_stop(struct tracee *tracee, int status);
/* The thread is gone. */
void late_call_forget(struct tracee *tracee);

#endif
