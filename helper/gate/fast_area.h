/* SPDX-License-Identifier: MIT */
/*
 * Thread areas, on the side of the helper: gives them to threads, adds memos, and collects counts.
 */
#ifndef SCPROF_HELPER_GATE_FAST_AREA_H
#define SCPROF_HELPER_GATE_FAST_AREA_H

#include "helper/base/run.h"
#include "helper/space/area_reader.h"
#include "helper/space/tracee.h"

/*
 * Bytes of records at first. If stacks repeat, the helper should see them soon; otherwise more room
 * is better.
 */
#define FAST_FIRST_RECORDS (512u << 10)

/* Returns true if any thread has an area. */
bool fast_area_is_any(void);

/* Gives the stopped thread an area, if its process has room for one. */
void fast_area_give(struct tracee *tracee);

/* Drops all memos and counts of the thread's area. The caller has collected the counts. */
void fast_area_reset(const struct tracee *tracee);

/*
 * Pauses the thread's area, or ends the pause. During a pause the gate counts no calls of the
 * thread, and each of them stops. The thread must be stopped. Does nothing if the thread has no
 * area.
 */
void fast_area_pause(struct tracee *tracee, bool is_paused);

/*
 * The thread has stopped, perhaps in the gate, and may not continue there. The stack image in its
 * area may be incomplete, so the next record must not be compared with it.
 */
void fast_area_interrupt(struct tracee *tracee);

/*
 * Notes how much code the thread has mapped. The thread is stopped, or the helper is about to read
 * its records.
 */
void fast_area_see_added(struct tracee *tracee);

/* Returns the limits within which all values in the thread's area must be. */
struct area_limits fast_area_limits(const struct run *run, const struct tracee *tracee);

/*
 * The program has overwritten the thread's area; @what names the wrong part. The counts that the
 * helper has not collected yet are lost, and the profile says so. The thread no longer uses the
 * area.
 */
void fast_area_see_overwritten(struct run *run, struct tracee *tracee, const char *what);

/*
 * Returns true if the thread's area can be used. Returns false if the program has overwritten it.
 */
bool fast_area_check(struct run *run, struct tracee *tracee);

/*
 * Takes the area from the thread, which is stopped at a call of the program. From now on all its
 * calls stop.
 */
void fast_area_retire(struct tracee *tracee);

/*
 * The thread died while it counted a call. Restores the earlier counts of the entry that it was
 * changing.
 */
void fast_area_restore_entry(const struct tracee *tracee);

/* The thread has ended. Makes its area free for another thread. */
void fast_area_take_back(struct tracee *tracee);

/*
 * Copies the flags that the helper has left in @area to @registers. Returns false if it has left
 * none.
 */
struct thread_area;
struct user_regs_struct;
bool fast_area_restore_flags(struct thread_area *area, struct user_regs_struct *registers);

/* Returns @ticks in nanoseconds. */
uint64_t fast_area_ns(uint64_t ticks);

#endif
