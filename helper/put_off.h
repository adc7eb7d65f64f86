/* SPDX-License-Identifier: MIT */
/*
 * Stops that wait for files. A thread that is stopped at a call whose stack needs a file that is still being loaded
 * stays stopped, while all other threads go on: one of them may serve the file. It would have had to wait
 * for the file itself. After a while the stop is handled without the file.
 */
#ifndef SCPROF_HELPER_PUT_OFF_H
#define SCPROF_HELPER_PUT_OFF_H

#include "helper/stop_queue.h"
#include "helper/tracer.h"

/* Puts the stop @waited of @tracee, which is before a call, off if it needs files that are being loaded. Returns whether it did. */
bool put_off_stop(const struct tracer *tracer, struct tracee *tracee, const struct waited *waited);
/* Another status of thread @tid has been seen: a stop that was put off is over. */
void put_off_forget(pid_t tid);
/* Queues the stops that can be handled now, if any. */
void put_off_resume(void);
bool put_off_is_any(void);

#endif
