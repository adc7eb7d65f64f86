/* SPDX-License-Identifier: MIT */
/*
 * Reading what threads have recorded (struct area_record).
 */
#ifndef SCPROF_HELPER_GATE_FAST_RECORD_H
#define SCPROF_HELPER_GATE_FAST_RECORD_H

#include "helper/base/run.h"
#include "helper/space/area_reader.h"
#include "helper/space/tracee.h"
#include "scprof/thread_area.h"

/* The call whose registers are @saved, as far as they tell; start_ticks is the TSC's. */
struct call fast_record_call(const struct tracee *tracee, const uint64_t *saved,
			     uint64_t start_ticks);

/*
 * Fills in the thread's call, with the time that it has taken so far: the one that is under way in
 * the gate, or being counted there. Returns false when it has been recorded, whole, and is counted
 * with that record, or when the program has overwritten what the area says of it: then the caller
 * must not count it.
 */
bool fast_identify_call(struct run *run, struct tracee *tracee, struct area_call *under_way);

/* Moves the thread's counts into the profile. Only while it is stopped or gone. */
void fast_collect(struct run *run, struct tracee *tracee);
/* Counts what the thread has recorded. Only while it is stopped or gone. */
void fast_take_records(struct run *run, struct tracee *tracee);
/* The thread is stopped before a call: sees to it that it has room for new records. */
void fast_keep_room(struct run *run, struct tracee *tracee);
/*
 * Counts some of what all threads have recorded; but unless @is_idle not that of one that may be
 * loading its libraries. Returns false when there was nothing.
 */
bool fast_take_few(struct run *run, bool is_idle);
/*
 * Around such a change: what was recorded belongs to the old regions, the new ones hold known
 * sites.
 */
void fast_before_change(struct run *run, const struct process *process);

#endif
