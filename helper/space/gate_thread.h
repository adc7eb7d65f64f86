/* SPDX-License-Identifier: MIT */
/*
 * The fast engine's data about a thread: its area, and how far the helper has read it.
 */
#ifndef SCPROF_HELPER_SPACE_GATE_THREAD_H
#define SCPROF_HELPER_SPACE_GATE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/unwind/layout.h"
#include "scprof/thread_area.h"

struct gate_thread {
	struct thread_area *area; /* where the helper has mapped it; NULL: none */
	struct fast_chunk *area_chunk;
	unsigned int area_index;   /* index of the area in its chunk */
	uint64_t area_addr;	   /* where the program has mapped it */
	uint64_t area_ticks;	   /* TSC when the thread got it */
	uint64_t area_ns;	   /* CLOCK_BOOTTIME at that time */
	int64_t area_asleep_ns;	   /* how long the machine had slept until then */
	bool is_area_paused;	   /* the helper has set its is_active to 0: see fast_area_pause */
	bool has_overwritten_area; /* the program has overwritten it; there is no other one */
	uint64_t nr_hits;	   /* calls that the helper has collected from its area */
	uint64_t nr_misses;	   /* calls that the gate has left to the helper */
	uint64_t sent_ticks; /* thread_area.start_ticks when its call was sent to the gate, or 0 */
	uint64_t sent_back_sp;	/* stack pointer of a call that a signal kept from the gate */
	uint64_t last_ticks;	/* start_ticks of the last record that the helper has taken */
	uint64_t records_taken; /* area_mark up to which its records have been counted */
	uint32_t area_size;	/* size of its area */
	uint8_t *stack_image;	/* AREA_MAX_STACK bytes, which end with the last recorded stack */
	uint32_t records_limit; /* as in the area */
	uint32_t nr_added; /* thread_area.nr_added at its last stop or before the last record */
	uint32_t nr_added_seen; /* the same when the helper last looked */
	uint32_t nr_records;	/* records since there was room for all */
	uint32_t nr_repeated;	/* those of them whose stack was known */
	uint64_t stack_end;	/* as in the area; a fork starts with that of its parent */
	uint32_t nr_cut_off;	/* stacks of the thread that did not fit into a record */
	struct address_range
		stack_mapping; /* the last mapping that fast_stack_end.c has looked up */
};

struct gate_thread *gate_thread_new(void);
void gate_thread_free(struct gate_thread *gate);
/* The thread of @gate is the first of a process that the thread of @parent has forked. */
void gate_thread_inherit(struct gate_thread *gate, const struct gate_thread *parent);

#endif
