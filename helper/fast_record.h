/* SPDX-License-Identifier: MIT */
/*
 * Reading what threads have recorded (struct area_record).
 */
#ifndef SCPROF_HELPER_FAST_RECORD_H
#define SCPROF_HELPER_FAST_RECORD_H

#include "helper/tracer.h"
#include "helper/unwind.h"
#include "scprof/thread_area.h"

/* The call whose registers are @saved, as far as they tell; start_ticks is the TSC's. */
struct call fast_record_call(const struct tracee *tracee, const uint64_t *saved,
			     uint64_t start_ticks);

/* Fills in the thread's call: the one that is under way in the gate, or being counted there. */
void fast_identify_call(struct tracer *tracer, struct tracee *tracee);

#endif
