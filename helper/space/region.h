/* SPDX-License-Identifier: MIT */
/*
 * Regions of a program, as it names them with include/scprof/scprof.h: which one each thread is in,
 * and whether its calls are counted. At a begin or an end the thread is stopped; what the fast
 * engine has counted until then is collected, so every call has the region in which it was made.
 * (Regions of memory are helper/unwind/layout.h's.)
 */
#ifndef SCPROF_HELPER_SPACE_REGION_H
#define SCPROF_HELPER_SPACE_REGION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "profile/model/profile.h"

/* Names are cut after so many bytes. */
#define REGION_MAX_NAME 255

/* What a thread is in. All zero: nothing. */
#define REGION_MAX_DEPTH 64
struct region_state {
	uint32_t label;	  /* string id of the names so far, "load/parse"; 0: no region */
	uint32_t pauses;  /* not yet resumed; calls are counted when it is 0 */
	uint32_t depth;	  /* regions that have begun; those behind REGION_MAX_DEPTH have no label */
	uint32_t *labels; /* of the regions outside of each, NULL: depth is 0 */
};

/* Returns true if SCPROF_CALL with @what is one of the four that concern regions. */
bool region_is_call(uint64_t what);
/*
 * Thread @tid, which has @state, makes such a call, with the address of a name. The caller has
 * collected the calls that the thread made before. @strings gets the labels.
 */
void region_see_call(struct region_state *state, struct string_table *strings, pid_t tid,
		     uint64_t what, uint64_t name_addr);

/* A forked process begins where its parent's thread is. */
void region_inherit(struct region_state *state, const struct region_state *from);
/* The thread ends, or executes another program. */
void region_reset(struct region_state *state);

/* Whether the call that @state's thread is about to make is left out; it is counted as such. */
bool region_leaves_out(const struct region_state *state);
/* The same for @calls that the fast engine made in place. */
bool region_leaves_out_in_place(const struct region_state *state, uint64_t calls);
/* Returns how many the latter were. */
uint64_t region_left_out_in_place(void);

/* The program has set a filter or a dispatcher that SCPROF_CALL would not pass: its regions end. */
void region_see_own_filter(struct region_state *state);

/* Sets the facts about regions, when there is something to say. */
void region_set_facts(struct profile *profile);

#endif
