/* SPDX-License-Identifier: MIT */
/*
 * Thread areas, the helper's side: handing them out, teaching memos, collecting counts.
 */
#ifndef SCPROF_HELPER_FAST_AREA_H
#define SCPROF_HELPER_FAST_AREA_H

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
 * The thread has stopped, perhaps in the gate, and perhaps it will not go on there: what it had begun to record
 * is not to be compared with.
 */
void fast_area_interrupt(struct tracee *tracee);

/* Drops the memos of one call site and stack pointer. */
void fast_area_unlearn(struct tracee *tracee, uint64_t return_addr, uint64_t sp);

/* Returns the memo at @offset, or NULL where none can be. */
struct thread_area;
struct area_memo *fast_area_memo(struct thread_area *area, uint32_t offset);

/* A thread that died while it counted a call: its entry gets the counts back that it had before. */
void fast_area_restore_entry(struct thread_area *area);

/* The thread has ended: its area is free for another one. */
void fast_area_take_back(struct tracee *tracee);

/* Puts the flags that the helper has left in @area into @registers. Returns false where it has left none. */
struct user_regs_struct;
bool fast_area_restore_flags(struct thread_area *area, struct user_regs_struct *registers);

/* What the call under way in the gate has cost so far. */
uint64_t fast_area_elapsed_ns(const struct tracee *tracee);
/* Nanoseconds of @ticks. */
uint64_t fast_area_ns(const struct thread_area *area, uint64_t ticks);

struct fast_stats *fast_stats_mutable(void);

#endif
