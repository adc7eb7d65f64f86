/* SPDX-License-Identifier: MIT */
/*
 * An injected call that has not stopped in time (helper/trace/inject.h). The tracer's loop continues
 * without the thread. When the thread stops at last, this module finishes the injection: it unmaps
 * the memory that the call has mapped, and the thread returns to the program's call.
 */
#ifndef SCPROF_HELPER_TRACE_LATE_CALL_H
#define SCPROF_HELPER_TRACE_LATE_CALL_H

#include <stdbool.h>

#include "helper/space/tracee.h"
#include "helper/trace/inject.h"

/* Begins to wait for @injection, which is late (is_late). @tracee keeps a copy of it. */
void late_call_begin(struct tracee *tracee, const struct injection *injection);
/*
 * @tracee has stopped with @status. Returns true if the stop belongs to the program; the caller
 * handles it like any other. Returns false if it belongs to the injection; this function has then
 * resumed the thread.
 */
bool late_call_see_stop(struct tracee *tracee, int status);
/* The thread has ended: frees the data for its late call. */
void late_call_forget(struct tracee *tracee);

#endif
