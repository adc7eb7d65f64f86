/* SPDX-License-Identifier: MIT */
/*
 * Reading what threads have recorded (struct area_record).
 */
#ifndef SCPROF_HELPER_GATE_FAST_RECORD_H
#define SCPROF_HELPER_GATE_FAST_RECORD_H

#include "helper/base/run.h"
#include "helper/space/area_reader.h"
#include "helper/space/tracee.h"
#include "helper/unwind/unwind.h"
#include "scprof/thread_area.h"

/* The call whose registers are @saved, as far as they tell; start_ticks is the TSC's. */
struct call fast_record_call(const struct tracee *tracee, const uint64_t *saved,
			     uint64_t start_ticks);

/*
 * Fills in the thread's call, with the time that it has taken so far: the one that is under way in the gate, or being
 * counted there. Returns false when it has been recorded, whole, and is counted with that record, or when the program has
 * overwritten what the area says of it: then the caller must not count it.
 */
bool fast_identify_call(struct run *run, struct tracee *tracee, struct area_call *under_way);

#endif
