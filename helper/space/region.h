/* SPDX-License-Identifier: MIT */
/*
 * Regions of a program, which it labels with include/scprof/scprof.h: in which region each thread
 * is, and whether its calls are counted. At a begin or an end, the thread stops, and the helper
 * collects the counts of the gate. So every call has the region in which it was made. (Regions of
 * memory are in helper/unwind/layout.h.)
 */
#ifndef SCPROF_HELPER_SPACE_REGION_H
#define SCPROF_HELPER_SPACE_REGION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "profile/model/profile.h"

/* Longer names are cut after this many bytes. */
#define REGION_MAX_NAME 255

/* The regions and pauses of a thread. If all members are 0, there are none. */
#define REGION_MAX_DEPTH 64
struct region_state {
	uint32_t label;	  /* string id of the joined names, "load/parse"; 0: no region */
	uint32_t pauses;  /* pauses that have not ended; calls are counted if it is 0 */
	uint32_t depth;	  /* regions that have begun; beyond REGION_MAX_DEPTH they have no label */
	uint32_t *labels; /* for each region, the label of the surrounding one; NULL: depth is 0 */
};

/* Returns true if SCPROF_CALL with @what is one of the four that concern regions. */
bool region_is_call(uint64_t what);
/*
 * Thread @tid, which has @state, makes such a call with the address of a name. The caller has
 * collected the calls that the thread made before. Labels are added to @strings.
 */
void region_see_call(struct region_state *state, struct string_table *strings, pid_t tid,
		     uint64_t what, uint64_t name_addr);

/* A forked process starts in the regions of the thread that forked it. */
void region_inherit(struct region_state *state, const struct region_state *from);
/* The thread ends, or executes another program. */
void region_reset(struct region_state *state);

/*
 * Returns true if the call that the thread is about to make is not counted because of a pause, and
 * counts it as paused.
 */
bool region_leaves_out(const struct region_state *state);
/* The same for @calls calls that the gate has made. */
bool region_leaves_out_in_place(const struct region_state *state, uint64_t calls);
/* Returns the total of these. */
uint64_t region_left_out_in_place(void);

/*
 * The program has installed a filter or a dispatcher that SCPROF_CALL would not pass. Ends its
 * regions.
 */
void region_see_own_filter(struct region_state *state);

/* Sets the facts about regions, if there are any. */
void region_set_facts(struct profile *profile);

#endif
