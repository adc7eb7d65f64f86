/* SPDX-License-Identifier: MIT */
/*
 * The memory that the gate and the helper share, one area a thread. Who writes what:
 *
 *   by the helper, before the thread can reach the area:  self, size, tsc_mult, data_addr, is_active
 *   by the helper, while the thread is stopped:           records_limit, registers[11], is_active; and it empties: used
 *                                                         back to the start, records_end, counts of entries,
 *                                                         image_size, nr_added
 *   by the helper, at any time:                           memos_start, memos, cells (but entries),
 *                                                         buckets, all_memos, stack_end, records_read
 *   by the thread:                                        everything else, in the gate only
 *
 * There is no lock: the thread is the only one that counts. Memos are added from above, entries from
 * below; the helper lowers memos_start before it looks at used, and leaves room for one entry that
 * the thread may just be taking. What it adds is whole before one store makes it reachable.
 * Places inside the area are offsets from its start; 0 is none.
 *
 * A call with a known stack is a hit: it is counted in a cell. Of another call the thread leaves a
 * record, with its registers and stack, from which the helper unwinds later. Records before records_end are
 * whole and do not change: the helper may read them at any time, in the order of their sizes.
 * They are a ring: behind the last place comes the first, once the helper has read what was there. When
 * there is no room for a record, the call is traced, and the helper makes room.
 */
#ifndef SCPROF_THREAD_AREA_H
#define SCPROF_THREAD_AREA_H

/*
 * One fixed place in every address space, because a filter cannot be changed once it is
 * installed: a page of code, and a blank area for threads that have none.
 */
#define GATE_ADDR	0x70000000
#define GATE_SIZE	0x2000
#define GATE_BLANK_ADDR 0x70001000
#define GATE_DATA_ADDR	0x70001800 /* struct gate_data */

/*
 * Areas have one of two sizes. A process whose memory is limited gets small ones, which hold fewer
 * stacks, so that more of its calls stop. Records lie in the second half of an area. In front of
 * them is the image of the last recorded stack, and in front of that are entries, cells and memos.
 */
#define THREAD_AREA_SIZE   (1 << 20)
#define SMALL_AREA_SIZE	   (64 << 10)
#define AREA_RECORDS(size) ((size) / 2)
/* Bytes of stack that a record can stand for. */
#define AREA_MAX_STACK(size) ((size) < THREAD_AREA_SIZE ? (size) / 8 : (size) / 16)
#define AREA_IMAGE(size)     (AREA_RECORDS(size) - AREA_MAX_STACK(size))

/* Offsets that gate_entry.S needs; thread_area_check in gate.c holds them against the struct. */
#define AREA_SELF      0
#define AREA_IS_ACTIVE 8
#define AREA_PHASE     12
#define AREA_REGISTERS 16
#define AREA_RESULT    152
#define AREA_SIZE      160
#define AREA_STACK_TOP 4096

/* See area_active_word(). */
#define AREA_MAGIC 0x5cb9a3e7

/*
 * Numbering of registers[]: DWARF's for x86-64; place 16 has the return address (rcx at the stub). Place 11 has the
 * flags of a call that the helper has sent to the gate, which gives them back; 0: at a patched site nobody reads them.
 */
#define AREA_NR_REGISTERS 17
#define AREA_FLAGS	  11

#define AREA_NR_BUCKETS 512
#define AREA_MAX_ADDED	16

#ifndef __ASSEMBLER__
#include <stdint.h>

enum area_phase {
	AREA_IDLE,    /* all of the program's registers are in the registers */
	AREA_BEFORE,  /* they are in registers[], and the call has not returned */
	AREA_AFTER,   /* the same, and it is being counted */
	AREA_COUNTED, /* the same, and it has been */
};

/* What a call with a known stack is known by. */
struct area_word {
	uint64_t addr; /* in the program's memory, or in registers[] */
	uint64_t value;
};

/* A word that must be in [start, start + size), which may wrap around. */
struct area_range {
	uint64_t addr; /* as area_word's */
	uint64_t start;
	uint64_t size;
};

struct area_memo {
	uint64_t return_addr;
	uint64_t sp;
	uint32_t next; /* in its bucket */
	uint32_t next_of_all;
	uint32_t stack; /* stack id, the helper's */
	uint32_t is_truncated;
	uint32_t cells; /* the first */
	uint32_t nr_words;
	uint64_t nr_ranges;
	struct area_word words[]; /* nr_words of them, and then nr_ranges times struct area_range */
};

static inline const struct area_range *area_memo_ranges(const struct area_memo *memo)
{
	return (const struct area_range *)(const void *)(memo->words + memo->nr_words);
}

/* What the gate has to know of a system call. */
enum {
	GATE_CALL_IN_PLACE = 1 << 0,	/* it may be made in the gate */
	GATE_CALL_MOVES_BYTES = 1 << 1, /* a positive result is a number of bytes */
	GATE_CALL_MAPS = 1 << 2,	/* (addr, size, …): see gate_data.code */
	GATE_CALL_PROTECTS =
		1 << 3, /* with PROT_EXEC in the third argument the helper must see it */
	GATE_CALL_SETS_GS =
		1 << 4, /* arch_prctl: what concerns gs the helper must see; see may_add */
	GATE_CALL_IS_OWN = 1 << 5, /* with SCPROF_MAGIC it is meant for the helper */
	GATE_CALL_ADDS = 1 << 6,   /* mmap: see gate_data.may_add */
	GATE_CALL_LIMITS = 1 << 7, /* prlimit64: with a third argument the helper must see it */
};

#define GATE_NR_CALLS 512
#define GATE_MAX_CODE 64

struct gate_range {
	uint64_t start;
	uint64_t end;
};

/*
 * Of an address space, written by the helper: when the gate is made, and nr_code and code while
 * the thread that has changed them is stopped.
 */
struct gate_data {
	uint8_t calls[GATE_NR_CALLS]; /* GATE_CALL_* of each number */
	uint64_t nr_code;
	struct gate_range code[GATE_MAX_CODE]; /* calls that change these the helper must see */
	uint64_t
		may_add; /* code may be mapped in place, where none was: then the only thread notes it */
};

/* The counters of one (memo, system call). */
struct area_cell {
	uint32_t next;	  /* of the same memo */
	uint32_t nr;	  /* system call number */
	uint32_t flags;	  /* GATE_CALL_* */
	uint32_t entries; /* the first; made by the thread */
};

/*
 * A call whose stack was not known. Stacks mostly differ from the one before at their near end only:
 * the thread compares with an image of that, which it keeps, and records what is before the equal part.
 */
struct area_record {
	uint64_t size; /* of the record, with its part of the stack */
	uint64_t start_ticks;
	uint64_t ticks;
	uint64_t result;
	uint64_t
		stack_size; /* bytes of stack; those that are not in the record are as in the one before */
	uint64_t registers[AREA_NR_REGISTERS];
	uint64_t
		stack[]; /* from registers[7], the stack pointer, rounded down to a word, upwards */
};

struct area_counts {
	uint64_t calls;
	uint64_t ticks; /* of the TSC */
	uint64_t bytes;
};

/*
 * Calls of one cell with one result and in one latency bucket: a sample of the profile. A thread can be killed
 * between any two stores. It therefore notes in thread_area.before what the counts were, then sets
 * thread_area.entry, and only then changes the counts. The helper restores the counts of a thread that died
 * in phase AREA_AFTER with thread_area.entry set, and counts the call itself.
 */
struct area_entry {
	uint32_t next;
	uint16_t error;	 /* errno, 0 on success */
	uint16_t bucket; /* histogram bucket */
	struct area_counts counts;
};

struct thread_area {
	uint64_t self;	    /* its own address in the program */
	uint32_t is_active; /* area_active_word(self, size); 0 in the blank area */
	uint32_t phase;	    /* enum area_phase */
	uint64_t registers[AREA_NR_REGISTERS];
	uint64_t result;
	uint32_t size;	      /* THREAD_AREA_SIZE or SMALL_AREA_SIZE */
	uint64_t start_ticks; /* of the call under way */
	uint64_t tsc_mult;    /* nanoseconds = ticks * tsc_mult >> 32 */
	uint64_t data_addr;   /* of the gate_data */
	uint64_t stack_start; /* a stack pointer below it is on another stack */
	uint64_t stack_end;   /* unwinding reads the stack up to here; 0: not known, no records */
	uint64_t misses;      /* calls left to the helper */
	uint32_t memo;	      /* of the call under way, 0: it is recorded */
	uint32_t cell;	      /* of the call under way */
	uint32_t entry;	      /* the one that is changed for it, 0: none yet */
	struct area_counts before; /* what that entry held before */
	uint64_t records_end;	   /* area_mark behind the last whole record */
	uint32_t records_limit;	   /* records must end before it */
	uint32_t round_end;	   /* where the round before this one ended */
	uint32_t image_size;	   /* bytes in front of the records: the last recorded stack */
	uint32_t all_memos;	   /* the first; follow next_of_all */
	uint32_t used;		   /* behind the last entry */
	uint32_t memos_start;	   /* memos and cells lie from here to the image */
	uint32_t is_full;	   /* an entry found no place: the helper empties the area */
	uint32_t is_adding;	   /* the call under way maps code */
	uint32_t nr_added;
	struct gate_range added
		[AREA_MAX_ADDED]; /* code that the thread has mapped since the helper wrote gate_data.code */
	uint32_t buckets[AREA_NR_BUCKETS];
	/* area_mark of what the helper has read; in a cache line that the thread rarely needs. */
	uint64_t records_read __attribute__((aligned(64)));
};

/* Up to here lies the gate's stack, from the end of the struct to AREA_STACK_TOP. */
#define AREA_FIRST_FREE AREA_STACK_TOP

/* What is_active holds in an area of @size bytes at @self. Programs that use gs have something else there. */
static inline uint32_t area_active_word(uint64_t self, uint32_t size)
{
	return AREA_MAGIC ^ (uint32_t)self ^ size;
}

/* A place among the records, and in which round through the ring. The helper is in the thread's or in the one before. */
static inline uint64_t area_mark(uint32_t round, uint32_t offset)
{
	return (uint64_t)round << 32 | offset;
}

static inline uint32_t area_mark_round(uint64_t mark)
{
	return (uint32_t)(mark >> 32);
}

static inline uint32_t area_mark_offset(uint64_t mark)
{
	return (uint32_t)mark;
}

/*
 * The call that maps code has returned @result; its size is in registers[]. Whoever comes to a record behind this reads
 * the maps.
 */
static inline void area_note_added(struct thread_area *area, uint64_t result)
{
	const uint64_t page = 4096;
	uint64_t end = result + ((area->registers[4] + page - 1) & ~(page - 1));
	/* Read once: whatever another thread writes here, the next line writes into the array. */
	uint32_t nr = __atomic_load_n(&area->nr_added, __ATOMIC_RELAXED);

	if (result <= (uint64_t)-4096 && nr < AREA_MAX_ADDED) {
		area->added[nr] = (struct gate_range){ result, end };
		__atomic_store_n(&area->nr_added, nr + 1, __ATOMIC_RELEASE);
	}
	/* Last: a signal can take the thread out of the gate before, and then the helper notes the range. */
	__atomic_store_n(&area->is_adding, 0, __ATOMIC_RELEASE);
}

static inline uint32_t area_bucket(uint64_t return_addr, uint64_t sp)
{
	return (uint32_t)(((return_addr ^ sp << 9) * 0x9e3779b97f4a7c15u) >> 55);
}

#endif
#endif
