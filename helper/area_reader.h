/* SPDX-License-Identifier: MIT */
/*
 * Reading a thread area. The program can overwrite it at any time, by mistake or on purpose. Everything here is
 * therefore copied into the helper's own memory first, by one read of each word, and then checked. A function
 * returns 0, or -EBADMSG when what it read cannot have been written by the gate. Nothing else in the helper
 * may follow an offset, or believe a number, that it reads from an area.
 */
#ifndef SCPROF_HELPER_AREA_READER_H
#define SCPROF_HELPER_AREA_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scprof/thread_area.h"

/* One read of a word that may change at any time. */
#define AREA_LOAD(word) __atomic_load_n(&(word), __ATOMIC_RELAXED)

/* What the helper itself knows, to check against. */
struct area_limits {
	uint32_t nr_stacks;   /* stack ids are less */
	const uint8_t *calls; /* GATE_CALL_* of each number, GATE_NR_CALLS of them */
	uint64_t age_ns;      /* since the thread got the area: it has made all its calls since */
	uint64_t first_ticks; /* TSC then; 0 where the TSCs of the CPUs may differ */
	bool has_slept; /* the machine has since then, and its TSC may have begun at 0 again */
	uint64_t
		most_bytes; /* that all calls of all threads can still move, so that sums have room */
};

/* Calls of one memo and number with one result and in one latency bucket. */
struct area_count {
	uint32_t stack;
	bool is_truncated;
	uint32_t nr; /* of the system call, less than GATE_NR_CALLS */
	uint16_t error;
	uint16_t bucket;
	struct area_counts counts; /* .calls is not 0 */
	uint32_t offset;	   /* of their entry */
};

/* Zeroed at first. */
struct area_count_list {
	struct area_count *counts;
	unsigned int nr;
	unsigned int capacity;
};

/* Where records lie that have not been taken: from what was taken to round_end, then from AREA_RECORDS to end. */
struct area_span {
	uint64_t mark;	    /* area_mark of the end */
	uint32_t round_end; /* 0: they all lie in one round */
	uint32_t start;
	uint32_t end;
};

/* The call under way. */
struct area_call {
	uint32_t phase; /* enum area_phase */
	uint64_t registers[AREA_NR_REGISTERS];
	uint64_t result;
	uint64_t start_ticks;
	uint32_t memo; /* 0: it is recorded */
};

/*
 * Returns whether @area still holds what the helper wrote into it for the gate. @self is its address in the program.
 * @is_paused: the helper has set is_active to 0.
 */
bool area_is_intact(const struct thread_area *area, uint64_t self, bool is_paused,
		    uint64_t tsc_mult);

/* Puts all counts that are not 0 into @list. On failure @list is empty. */
int area_read_counts(const struct thread_area *area, const struct area_limits *limits,
		     struct area_count_list *list);
/* Sets the entries of @list in the area back to 0. */
void area_clear_counts(struct thread_area *area, const struct area_count_list *list);

/* Reads where records lie from @taken, an area_mark, on. */
int area_read_span(const struct thread_area *area, uint64_t taken, struct area_span *span);

/*
 * Copies the record at @offset, which ends before @end, without its stack into @record; and its part of the stack to
 * where that belongs in @image, AREA_MAX_STACK bytes that end where stacks end. Unless @is_whole the
 * thread has not written result and times yet.
 */
int area_read_record(const struct thread_area *area, uint32_t offset, uint32_t end, bool is_whole,
		     const struct area_limits *limits, struct area_record *record, uint8_t *image);

int area_read_call(const struct thread_area *area, const struct area_limits *limits,
		   struct area_call *call);

/* Reads which stack the memo at @offset stands for. */
int area_read_memo(const struct thread_area *area, uint32_t offset,
		   const struct area_limits *limits, uint32_t *stack, bool *is_truncated);

/* Whether @size bytes of a memo, cell or entry can lie at @offset. */
bool area_has_place(uint32_t offset, size_t size);

#endif
