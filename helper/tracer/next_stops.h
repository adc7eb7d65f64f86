/* SPDX-License-Identifier: MIT */
/*
 * Waiting for stops.
 */
#ifndef SCPROF_HELPER_TRACER_NEXT_STOPS_H
#define SCPROF_HELPER_TRACER_NEXT_STOPS_H

#include "helper/tracer/tracer.h"

/* Fills the queue (stop_queue.h); returns how many statuses it has, 0 when no tracee is left. */
unsigned int next_stops(struct tracer *tracer);

#endif
