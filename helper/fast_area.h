/* SPDX-License-Identifier: MIT */
/*
 * Thread areas, the helper's side: handing them out, teaching memos, collecting counts.
 */
#ifndef SCPROF_HELPER_FAST_AREA_H
#define SCPROF_HELPER_FAST_AREA_H

#include "helper/area_reader.h"
#include "helper/fast.h"
#include "helper/memo.h"
#include "helper/tracee.h"

#define FAST_MAX_CHUNKS	 64 /* of one process; further threads stay traced */
#define FAST_CHUNK_AREAS 16

/* Bytes of records at first. Where stacks repeat, they are to be taught soon; else room is better. */
#define FAST_FIRST_RECORDS (512u << 10)

/* Whether there is room for one more area, or never will be. */
bool fast_area_is_free(const struct fast_space *fast);

/* Whether any thread has an area. */
bool fast_area_is_any(void);

/* Gives the stopped thread an area, if its process has room for one. */
void fast_area_give(struct tracee *tracee);

/*
 * @call, made at the patched site of @return_addr, has the stack that @memo describes: gives the thread
 * a memo and a cell for such calls. When it @is_at_call (stopped there), also an area if it has
 * none, and room if the area is full. Does nothing where that cannot be done.
 */
void fast_area_teach(struct tracer *tracer, struct tracee *tracee, uint64_t return_addr,
		     const struct call *call, const struct memo *memo, bool is_at_call);

/*
 * While its area is paused, the gate counts none of the thread's calls: each of them stops. Only while the thread is
 * stopped. A thread without an area stays as it is.
 */
void fast_area_pause(struct tracee *tracee, bool is_paused);

/*
 * The thread has stopped, perhaps in the gate, and perhaps it will not go on there: what it had begun to record
 * is not to be compared with.
 */
void fast_area_interrupt(struct tracee *tracee);

/* Drops the memos of one call site and stack pointer. */
void fast_area_unlearn(struct tracee *tracee, uint64_t return_addr, uint64_t sp);

/* The thread is stopped, or its records up to now are about to be read: how much code has it mapped? */
void fast_area_see_added(struct tracee *tracee);

/* What can be true of the thread's area. */
struct area_limits fast_area_limits(const struct tracer *tracer, const struct tracee *tracee);

/*
 * The program has overwritten the thread's area, which is seen at @what. What the thread has counted there and not
 * been asked for is lost, and the profile says so; the area is not used any more.
 */
void fast_area_see_overwritten(struct tracer *tracer, struct tracee *tracee, const char *what);

/* Returns false when the thread's area has been overwritten, as far as is known; else it can be used. */
bool fast_area_check(struct tracer *tracer, struct tracee *tracee);

/* The thread is stopped at a call of the program's: from now on it has no area, and its calls stop. */
void fast_area_retire(struct tracee *tracee);

struct thread_area;
/* A thread that died while it counted a call: its entry gets the counts back that it had before. */
void fast_area_restore_entry(struct thread_area *area);

/* The thread has ended: its area is free for another one. */
void fast_area_take_back(struct tracee *tracee);

/* Puts the flags that the helper has left in @area into @registers. Returns false where it has left none. */
struct user_regs_struct;
bool fast_area_restore_flags(struct thread_area *area, struct user_regs_struct *registers);

/* Nanoseconds of @ticks. */
uint64_t fast_area_ns(uint64_t ticks);

struct fast_stats *fast_stats_mutable(void);

#endif
