/* SPDX-License-Identifier: MIT */
/*
 * Thread areas, the helper's side: handing them out, teaching memos, collecting counts.
 */
#ifndef SCPROF_HELPER_FAST_AREA_H
#define SCPROF_HELPER_FAST_AREA_H

#include "helper/fast.h"
#include "helper/memo.h"

/*
 * Areas that one process can have at a time; further threads stay traced. Address space is taken for
 * some of them at a time, since the program may have plans for its own (RLIMIT_AS).
 */
#define FAST_MAX_AREAS	 1024
#define FAST_CHUNK_AREAS 16

/* Whether there is memory for one more area, or never will be. */
bool fast_area_is_free(const struct fast_space *fast);

/* Starts the calibration of the TSC. */
void fast_area_init(void);

/*
 * The thread is stopped before a call at the patched @site, whose stack @memo describes: gives it an
 * area if it has none, and a memo and a cell for this call. Does nothing where that cannot be done.
 */
void fast_area_teach(struct tracer *tracer, struct tracee *tracee, const struct fast_site *site,
		     const struct memo *memo);

/* Drops the memos of one call site and stack pointer. */
void fast_area_unlearn(struct tracee *tracee, uint64_t return_addr, uint64_t sp);

/* What the gate knows of the call under way in the thread: its stack, and what it has cost so far. */
struct area_memo;
const struct area_memo *fast_area_memo_under_way(const struct tracee *tracee);
uint64_t fast_area_elapsed_ns(const struct tracee *tracee);

struct fast_stats *fast_stats_mutable(void);

#endif
