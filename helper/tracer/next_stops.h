/* SPDX-License-Identifier: MIT */
/*
 * Waits for stops.
 */
#ifndef SCPROF_HELPER_TRACER_NEXT_STOPS_H
#define SCPROF_HELPER_TRACER_NEXT_STOPS_H

#include "helper/tracer/tracer.h"

/* Fills the queue (stop_queue.h). Returns how many statuses it has, or 0 if no tracee is left. */
unsigned int next_stops(struct tracer *tracer);

#endif
