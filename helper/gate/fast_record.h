/* SPDX-License-Identifier: MIT */
/*
 * Reads the records of threads (struct area_record).
 */
#ifndef SCPROF_HELPER_GATE_FAST_RECORD_H
#define SCPROF_HELPER_GATE_FAST_RECORD_H

#include "helper/base/run.h"
#include "helper/space/area_reader.h"
#include "helper/space/tracee.h"

/*
 * Returns the call with the registers @saved, with the members that follow from them. start_ticks
 * is the TSC at its start.
 */
struct call fast_record_call(const struct tracee *tracee, const uint64_t *saved,
			     uint64_t start_ticks);

/*
 * Fills in tracee->call for the call that the gate is making or counting, with its time so far.
 * Returns false if the call has a complete record, and is counted with that, or if the program has
 * overwritten the data about it. Then the caller must not count it.
 */
bool fast_identify_call(struct run *run, struct tracee *tracee, struct area_call *under_way);

/* Moves the thread's counts into the profile. The thread must be stopped or gone. */
void fast_collect(struct run *run, struct tracee *tracee);
/* Counts the calls that the thread has recorded. The thread must be stopped or gone. */
void fast_take_records(struct run *run, struct tracee *tracee);
/* The thread is stopped before a call. Makes sure that its area has room for new records. */
void fast_keep_room(struct run *run, struct tracee *tracee);
/*
 * Counts some of the calls that threads have recorded. Unless @is_idle, leaves out a thread that
 * may be loading its libraries. Returns false if there was no record.
 */
bool fast_take_few(struct run *run, bool is_idle);
/*
 * To be called before a change of executable regions. Counts all records, because they belong to
 * the old regions. fast_ahead_after_change is for the time after it.
 */
void fast_before_change(struct run *run, const struct process *process);

#endif
