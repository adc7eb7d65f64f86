/* SPDX-License-Identifier: MIT */
/*
 * The time of a call that stops, without the time of the stops.
 */
#ifndef SCPROF_HELPER_COUNT_CALL_TIME_H
#define SCPROF_HELPER_COUNT_CALL_TIME_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/*
 * Returns the time that a call took at least. @span_ns is the time from the thread's resumption
 * until the helper saw the end of the call. @stop_cost_ns is the usual cost of two stops. @delay_ns
 * is the longest delay that the helper may have caused, including the stops. *@uncertain_ns is how
 * much longer the call may have taken. It is 0 if that is less than an eighth of the time, which is
 * the width of a histogram bucket.
 */
uint64_t call_time(uint64_t span_ns, uint64_t stop_cost_ns, uint64_t delay_ns,
		   uint64_t *uncertain_ns);

/* The helper is about to resume the thread for tracee->call or a further part of it. */
void call_time_begin(struct tracee *tracee);
/*
 * The kernel has returned from @call at @now_ns. Adds the time since call_time_begin, as far as it
 * is certain.
 */
void call_time_end(struct run *run, struct call *call, uint64_t now_ns);

#endif
