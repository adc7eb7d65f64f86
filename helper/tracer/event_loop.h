/* SPDX-License-Identifier: MIT */
/*
 * The loop that handles stops one after the other.
 */
#ifndef SCPROF_HELPER_TRACER_EVENT_LOOP_H
#define SCPROF_HELPER_TRACER_EVENT_LOOP_H

#include "helper/tracer/tracer.h"

/* Runs until the last tracee is gone. */
void event_loop_run(struct tracer *tracer);

#endif
