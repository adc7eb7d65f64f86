/* SPDX-License-Identifier: MIT */
/*
 * An injected call that has not stopped in time (helper/trace/inject.h). The tracer's loop
 * continues without the thread. When the thread stops at last, this module finishes the injection:
 * it unmaps the memory that the call has mapped, and the thread returns to the program's call.
 */
#ifndef SCPROF_HELPER_TRACE_LATE_CALL_H
#define SCPROF_HELPER_TRACE_LATE_CALL_H

#include <stdbool.h>

#include "helper/trace/inject.h"

struct late_call;

/* Begins to wait for the late @injection. Returns the state for the other functions. */
struct late_call *late_call_begin(const struct injection *injection);
/*
 * The thread of @late has stopped with @status. Returns true if the stop belongs to the program;
 * the caller frees @late, and handles the stop like any other. Returns false if the stop belongs to
 * the injection; this function has then resumed the thread.
 */
bool late_call_see_stop(struct late_call *late, int status);
/* NULL is fine. */
void late_call_free(struct late_call *late);

#endif
