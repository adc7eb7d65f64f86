/* SPDX-License-Identifier: MIT */
/*
 * Stops that wait for files. The stack trace of a call may need a file that is still loading. Then
 * the thread stays stopped at this call, and all other threads continue, because one of them may
 * serve the file. After a limited time the helper handles the stop without the file.
 */
#ifndef SCPROF_HELPER_TRACER_PUT_OFF_H
#define SCPROF_HELPER_TRACER_PUT_OFF_H

#include "helper/trace/stop_queue.h"
#include "helper/tracer/tracer.h"

/*
 * @tracee has stopped before a call, with the status @waited. If the stop needs files that are
 * still loading, puts it off and returns true. Returns false if the caller must handle the stop
 * now.
 */
bool put_off_stop(const struct tracer *tracer, struct tracee *tracee, const struct waited *waited);
/* The helper has seen another status of thread @tid: removes its stop from the list. */
void put_off_forget(pid_t tid);
/* Puts the stops back into the queue when files have loaded, or when the time limit is over. */
void put_off_resume(void);
bool put_off_is_any(void);

#endif
