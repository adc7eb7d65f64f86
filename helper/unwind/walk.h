/* SPDX-License-Identifier: MIT */
/*
 * One walk along a stack: what unwind.c, which asks libunwind, and bare_step.c, which steps out of
 * code that libunwind knows nothing about, share. Whatever memory or register the walk asks for
 * becomes part of its memo.
 */
#ifndef SCPROF_HELPER_UNWIND_WALK_H
#define SCPROF_HELPER_UNWIND_WALK_H

#include <libunwind.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "helper/unwind/layout.h"
#include "helper/unwind/memo.h"

/* Where the value of a register at some frame can be found. */
struct walk_register {
	enum {
		REGISTER_OF_CALL, /* in register @at of the call */
		REGISTER_SAVED,	  /* in the word at address @at */
		REGISTER_IS,	  /* it is @at */
		REGISTER_UNKNOWN,
	} kind;
	uint64_t at;
};

struct walk {
	pid_t tid;
	struct layout *layout;
	uint64_t registers[MEMO_NR_REGISTERS]; /* the call's; DWARF order, as is libunwind's */
	struct walk_register where[MEMO_NR_REGISTERS]; /* at the frame where libunwind began last */
	bool has_no_info;   /* the last step found no unwind information */
	bool has_read_zero; /* the last step read a word of 0 */
	int32_t table[2];   /* the search table that libunwind is given: one entry */
	bool is_searching;  /* it is being read */
	bool is_recorded;   /* the snapshot has all of the stack that can be had */
	bool is_cut_off;    /* and it was not enough */
	bool is_truncated;
	bool is_interrupted; /* the last frame was, by a signal: it has called nothing */
	bool has_frame_pointer;
	uint64_t last_frame; /* that was pushed */
	uint64_t code_since; /* as @since of code_page_word */
	unsigned int max_frames;
	unsigned int nr_frames;
};

/* Returns false, and marks the walk truncated, when the bound on frames is reached. */
bool walk_push_frame(struct walk *walk, uint64_t addr);
/* Makes @cursor begin at walk->where. Returns false, and marks the walk truncated, on failure. */
bool walk_init_cursor(struct walk *walk, unw_cursor_t *cursor);

/* Whether there may be an unwind table for the code at @ip. */
bool walk_has_table(const struct walk *walk, uint64_t ip);

/* The next three return false when the value cannot be had. */
bool walk_read_stack(struct walk *walk, uint64_t addr, uint64_t *value);
/* The same without a trace in the memo: the caller records what it learns from the value. */
bool walk_peek(struct walk *walk, uint64_t addr, uint64_t *value);
bool walk_read_register(struct walk *walk, const struct walk_register *where, uint64_t *value);

/*
 * Only whether the value of @where is in @range (whose addr is not used) matters to the walk.
 * Returns false when the memo has no room for that.
 */
bool walk_record_range(const struct walk_register *where, struct memo_range range);
/* The word at @addr, which was peeked at, matters. */
void walk_record_word(struct walk *walk, uint64_t addr, uint64_t value);

#endif
