/* SPDX-License-Identifier: MIT */
/*
 * Reads a thread area. The program can overwrite the area at any time, by mistake or on purpose. So
 * each function first copies the data into the helper's memory, reads each word once, and then
 * checks the copy. It returns 0. It returns -EBADMSG if the gate cannot have written the data. No
 * other part of the helper may follow an offset or trust a number that it reads from an area.
 */
#ifndef SCPROF_HELPER_SPACE_AREA_READER_H
#define SCPROF_HELPER_SPACE_AREA_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scprof/thread_area.h"

/* One read of a word that may change at any time. */
#define AREA_LOAD(word) __atomic_load_n(&(word), __ATOMIC_RELAXED)

/* Facts from the helper's own data. The functions check the area against them. */
struct area_limits {
	uint32_t area_size;
	uint32_t nr_stacks;   /* every stack id is below this number */
	const uint8_t *calls; /* GATE_CALL_* flags by call number: GATE_NR_CALLS elements */
	uint64_t age_ns;      /* since the thread got the area; it holds no earlier calls */
	uint64_t first_ticks; /* TSC at that time; 0 if the TSCs of the CPUs may differ */
	bool has_slept;	      /* the machine slept since then: its TSC may have restarted at 0 */
	uint64_t most_bytes;  /* limit for further bytes of all threads, so that no sum overflows */
};

/* Counts of the calls that share a memo, a number, a result and a latency bucket. */
struct area_count {
	uint32_t stack;
	bool is_truncated;
	uint32_t nr; /* number of the system call, less than GATE_NR_CALLS */
	uint16_t error;
	uint16_t bucket;
	struct area_counts counts; /* .calls is not 0 */
	uint32_t offset;	   /* of the entry in the area */
};

/* The caller sets all members to 0 before the first use. */
struct area_count_list {
	struct area_count *counts;
	unsigned int nr;
	unsigned int capacity;
};

/*
 * The records that the helper has not taken yet. If round_end is 0, they fill [start, end).
 * Otherwise they fill [start, round_end), and continue at the first place for records up to end.
 */
struct area_span {
	uint64_t mark;	    /* area_mark of the end */
	uint32_t round_end; /* 0 if all these records belong to one round */
	uint32_t start;
	uint32_t end;
};

/* The call that the thread is making. */
struct area_call {
	uint32_t phase; /* enum area_phase */
	uint64_t registers[AREA_NR_REGISTERS];
	uint64_t result;
	uint64_t start_ticks;
	uint32_t memo; /* 0 if the gate writes a record of the call */
};

/*
 * Returns true if @area still holds the values that the helper wrote for the gate. @self is the
 * area's address in the program, @size its size. @is_paused says that the helper has set is_active
 * to 0.
 */
bool area_is_intact(const struct thread_area *area, uint64_t self, uint32_t size, bool is_paused,
		    uint64_t tsc_mult);

/* Fills @list with all counts that are not 0. If it fails, @list is empty. */
int area_read_counts(const struct thread_area *area, const struct area_limits *limits,
		     struct area_count_list *list);
/* Sets the entries of @list in the area back to 0. */
void area_clear_counts(struct thread_area *area, const struct area_count_list *list);

/*
 * Finds the records after @taken, the area_mark up to which the helper has taken them, in an area
 * of @size bytes. Fills in @span.
 */
int area_read_span(const struct thread_area *area, uint32_t size, uint64_t taken,
		   struct area_span *span);

/*
 * Copies the record at @offset, which must end before @end. The fixed part goes to @record. The
 * record's part of the stack goes to its place in @image, a buffer of AREA_MAX_STACK bytes for
 * an area of this size, whose end is the end of the stack. If @is_whole is false, the thread has
 * not written the result and the times yet, and the function does not check them.
 */
int area_read_record(const struct thread_area *area, uint32_t offset, uint32_t end, bool is_whole,
		     const struct area_limits *limits, struct area_record *record, uint8_t *image);

int area_read_call(const struct thread_area *area, const struct area_limits *limits,
		   struct area_call *call);

/* Reads the stack id of the memo at @offset. */
int area_read_memo(const struct thread_area *area, uint32_t offset,
		   const struct area_limits *limits, uint32_t *stack, bool *is_truncated);

/*
 * Returns true if a memo, cell or entry of @size bytes can be at @offset of an area of @area_size.
 */
bool area_has_place(uint32_t area_size, uint32_t offset, size_t size);
/* Returns the address of this memo, cell or entry in @area, or NULL if it cannot be there. */
void *area_place(struct thread_area *area, uint32_t area_size, uint32_t offset, size_t size);

#endif
