/* SPDX-License-Identifier: MIT */
/*
 * One walk along a stack. unwind.c, which uses libunwind, and bare_step.c, which steps out of code
 * without unwind information, share this. Each word and register that the walk reads becomes part
 * of its memo.
 */
#ifndef SCPROF_HELPER_UNWIND_WALK_H
#define SCPROF_HELPER_UNWIND_WALK_H

#include <libunwind.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "helper/unwind/layout.h"
#include "helper/unwind/memo.h"
#include "helper/unwind/snapshot.h"

/* Where the value of a register in some frame is stored. */
struct walk_register {
	enum {
		REGISTER_OF_CALL, /* in register @at of the call */
		REGISTER_SAVED,	  /* in the word at address @at */
		REGISTER_IS,	  /* the value is @at */
		REGISTER_UNKNOWN,
	} kind;
	uint64_t at;
};

#define WALK_READ_AHEAD 4096u /* bytes of stack to read at a time */

struct walk {
	pid_t tid;
	struct layout *layout;
	struct snapshot *snapshot;	/* of the stack */
	struct memo_recorder *recorder; /* of what the walk reads, for the memo */
	uint64_t *frames; /* code addresses, innermost first; valid until the next walk */
	uint64_t registers[MEMO_NR_REGISTERS]; /* of the call; in DWARF's order, like libunwind's */
	struct walk_register where[MEMO_NR_REGISTERS]; /* in the frame where libunwind began last */
	bool has_no_info;   /* the last step found no unwind information */
	bool has_read_zero; /* the last step read a word of 0 */
	int32_t table[2];   /* the search table for libunwind, with one entry */
	bool is_searching;  /* libunwind is reading the table */
	bool is_recorded;   /* the snapshot is from a record, and cannot grow */
	bool is_cut_off;    /* the walk needed more of the stack than that */
	bool is_truncated;
	bool is_interrupted; /* a signal interrupted the last frame, which made no call */
	bool has_frame_pointer;
	uint64_t last_frame; /* the last frame that was pushed */
	uint64_t code_since; /* see @since of code_page_word */
	unsigned int max_frames;
	unsigned int nr_frames;
};

/*
 * Adds a frame. Returns false and marks the walk truncated if it has reached the limit of frames.
 */
bool walk_push_frame(struct walk *walk, uint64_t addr);
/*
 * Sets @cursor to the registers of walk->where. Returns false and marks the walk truncated on
 * failure.
 */
bool walk_init_cursor(struct walk *walk, unw_cursor_t *cursor);

/* Returns true if there may be an unwind table for the code at @ip. */
bool walk_has_table(const struct walk *walk, uint64_t ip);

/* The next three return false if they cannot get the value. */
bool walk_read_stack(struct walk *walk, uint64_t addr, uint64_t *value);
/*
 * The same, but does not record the word in the memo. The caller records what it has learned from
 * the value.
 */
bool walk_peek(struct walk *walk, uint64_t addr, uint64_t *value);
bool walk_read_register(struct walk *walk, const struct walk_register *where, uint64_t *value);

/*
 * Records that the walk depends only on whether the value of @where is in @range, whose addr is not
 * used. Returns false if the memo has no room for that.
 */
bool walk_record_range(struct walk *walk, const struct walk_register *where,
		       struct memo_range range);
/* Records the word at @addr, which walk_peek has read. */
void walk_record_word(struct walk *walk, uint64_t addr, uint64_t value);

#endif
