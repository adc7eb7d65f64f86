/* SPDX-License-Identifier: MIT */
/*
 * The memory that the gate and the helper share: one area for each thread. Who writes what:
 *
 *   the helper, before the thread can use the area:  self, size, tsc_mult, data_addr, is_active
 *   the helper, while the thread is stopped:         records_limit, registers[AREA_FLAGS],
 *                                                    registers[AREA_RETURN], is_active; if it
 *                                                    empties the area also used, records_end,
 *                                                    image_size, nr_added, counts of entries
 *   the helper, at any time:                         memos_start, memos, cells (except entries),
 *                                                    buckets, all_memos, stack_end, records_read
 *   the thread, only in the gate:                    everything else
 *
 * There is no lock, because only the thread counts. Memos grow downwards from the end of their part
 * of the area, and entries grow upwards from its start. The helper lowers memos_start before it
 * reads used, and leaves room for one entry that the thread may be taking at that moment. It
 * completes a new memo or cell first, and then makes it reachable with a single store. Places in
 * the area are offsets from its start; 0 means none.
 *
 * A call whose stack is known is a hit: the thread counts it in a cell. For any other call the
 * thread writes a record, with its registers and its stack. The helper unwinds the stack later.
 * Records before records_end are complete and do not change, so the helper may read them at any
 * time, in order. The records form a ring buffer. The thread starts again at the front when the
 * helper has read the records there. If there is no room for a record, the call stops, and the
 * helper makes room.
 */
#ifndef SCPROF_THREAD_AREA_H
#define SCPROF_THREAD_AREA_H

/*
 * The gate has the same address in every process, because a filter cannot be changed after it has
 * been installed. One page holds the code. The next holds a blank area, for threads without an
 * area.
 */
#define GATE_ADDR	0x70000000
#define GATE_SIZE	0x2000
#define GATE_BLANK_ADDR 0x70001000
#define GATE_DATA_ADDR	0x70001800 /* struct gate_data */

/*
 * Areas have one of two sizes. A process whose memory is limited gets small areas. They hold fewer
 * stacks, so more of its calls stop. The second half of an area holds the records. Just before them
 * is the image: a copy of the stack that was recorded last. Before the image are entries, cells and
 * memos.
 */
#define THREAD_AREA_SIZE   (1 << 20)
#define SMALL_AREA_SIZE	   (64 << 10)
#define AREA_RECORDS(size) ((size) / 2)
/* The largest stack, in bytes, that a record can describe. */
#define AREA_MAX_STACK(size) ((size) < THREAD_AREA_SIZE ? (size) / 8 : (size) / 16)
#define AREA_IMAGE(size)     (AREA_RECORDS(size) - AREA_MAX_STACK(size))

/* Offsets that gate_entry.S needs; assertions in gate.c compare them with the struct. */
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
 * Numbers of the elements of registers[]: DWARF's register numbers for x86-64. AREA_RETURN is the
 * return address, which the stub passes in rcx. AREA_FLAGS, in the place of r11, is 0 at a patched
 * call site, where no code reads the flags. If the helper has sent the call to the gate, it holds
 * the flags to restore. Number 2, of rcx, is not used.
 */
#define AREA_RAX	  0
#define AREA_RDX	  1
#define AREA_RBX	  3
#define AREA_RSI	  4
#define AREA_RDI	  5
#define AREA_RBP	  6
#define AREA_RSP	  7
#define AREA_R8		  8
#define AREA_R9		  9
#define AREA_R10	  10
#define AREA_FLAGS	  11
#define AREA_R12	  12
#define AREA_R13	  13
#define AREA_R14	  14
#define AREA_R15	  15
#define AREA_RETURN	  16
#define AREA_NR_REGISTERS 17

#define AREA_NR_BUCKETS 512
#define AREA_MAX_ADDED	16

#ifndef __ASSEMBLER__
#include <stdint.h>

enum area_phase {
	AREA_IDLE,    /* the program's registers are in the CPU's registers */
	AREA_BEFORE,  /* they are saved in registers[], and the call has not returned */
	AREA_AFTER,   /* they are saved, the call has returned, and the gate is counting it */
	AREA_COUNTED, /* they are saved, and the gate has counted the call */
};

/* One word of registers or memory that identifies a known stack. */
struct area_word {
	uint64_t addr; /* an address in the program's memory, or in registers[] */
	uint64_t value;
};

/* A word that must be in [start, start + size), which may wrap around. */
struct area_range {
	uint64_t addr; /* as in struct area_word */
	uint64_t start;
	uint64_t size;
};

struct area_memo {
	uint64_t return_addr;
	uint64_t sp;
	uint32_t next; /* next memo in the same bucket */
	uint32_t next_of_all;
	uint32_t stack; /* the helper's stack id */
	uint32_t is_truncated;
	uint32_t cells; /* the first cell */
	uint32_t nr_words;
	uint64_t nr_ranges;
	struct area_word words[]; /* nr_words words, followed by nr_ranges of struct area_range */
};

static inline const struct area_range *area_memo_ranges(const struct area_memo *memo)
{
	return (const struct area_range *)(const void *)(memo->words + memo->nr_words);
}

/* What a call changes if it succeeds. The helper must know these changes. */
enum area_effect {
	AREA_NO_EFFECT,
	AREA_ADDS_CODE, /* it maps code */
	AREA_UNBLOCKS_SIGSYS,
	AREA_BLOCKS_SIGSYS,
};

/* What the gate must know about a system call. */
enum {
	GATE_CALL_IN_PLACE = 1 << 0,	/* the gate may make this call */
	GATE_CALL_MOVES_BYTES = 1 << 1, /* a positive result is a number of bytes */
	GATE_CALL_MAPS = 1 << 2,     /* its arguments are (addr, size, …): see gate_data.code */
	GATE_CALL_PROTECTS = 1 << 3, /* if the third argument has PROT_EXEC, the call must stop */
	GATE_CALL_SETS_GS = 1 << 4,  /* arch_prctl: must stop if it concerns gs; see may_add */
	GATE_CALL_IS_OWN = 1 << 5,   /* with SCPROF_MAGIC first, the call is for the helper */
	GATE_CALL_ADDS = 1 << 6,     /* mmap: see gate_data.may_add */
	GATE_CALL_LIMITS = 1 << 7,   /* prlimit64: a call with a third argument must stop */
	/* rt_sigprocmask, rt_sigaction: the gate notes what it does to SIGSYS, or it stops */
	GATE_CALL_SIGNALS = GATE_CALL_SETS_GS | GATE_CALL_LIMITS,
	/* exit, exit_group: the gate makes the call and does not count it */
	GATE_CALL_ENDS = GATE_CALL_MOVES_BYTES | GATE_CALL_ADDS,
};

#define GATE_NR_CALLS 512
#define GATE_MAX_CODE 64

struct gate_range {
	uint64_t start;
	uint64_t end;
};

/*
 * Data of an address space. The helper writes it when it makes the gate. It updates nr_code, code
 * and may_add while the thread that changed the mappings is stopped.
 */
struct gate_data {
	uint8_t calls[GATE_NR_CALLS]; /* GATE_CALL_* flags by system call number */
	uint64_t nr_code;
	struct gate_range code[GATE_MAX_CODE]; /* executable: a call that changes one stops */
	/*
	 * The only thread may map code where there was none, without a stop. It notes the range in
	 * thread_area.added.
	 */
	uint64_t may_add;
	/* Not 0: the program has an action for SIGSYS, and a call that blocks it must stop. */
	uint64_t handles_sigsys;
	/*
	 * Code that is in no file, and that no stack depends on. The only thread may change its protection
	 * without a stop while the helper has read all records. end 0: there is none.
	 */
	struct gate_range noted;
};

#define AREA_NR_RECENT 4

/* The counters of one (memo, system call number). */
struct area_cell {
	uint32_t next;	  /* next cell of the same memo */
	uint32_t nr;	  /* system call number */
	uint32_t flags;	  /* GATE_CALL_* */
	uint32_t entries; /* the first entry; the thread adds entries */
	/*
	 * recent[bucket % AREA_NR_RECENT]: an entry of that bucket; 0: none. Most calls take about
	 * as long as the calls before them. So the thread finds their entry here, and need not
	 * search the list.
	 */
	uint32_t recent[AREA_NR_RECENT];
};

/*
 * A call whose stack was not known. Consecutive stacks often differ only at their inner end. So the
 * thread compares the stack with the image of the last recorded stack. The record then holds only
 * the inner part, up to where the rest is equal.
 */
struct area_record {
	uint64_t size; /* bytes of this record, including stack[] */
	uint64_t start_ticks;
	uint64_t ticks;
	uint64_t result;
	/* Bytes of the whole stack. Its part outside of stack[] equals that of the previous record. */
	uint64_t stack_size;
	uint64_t registers[AREA_NR_REGISTERS];
	/* From the stack pointer, registers[AREA_RSP], rounded down to a word, upwards. */
	uint64_t stack[];
};

struct area_counts {
	uint64_t calls;
	uint64_t ticks; /* TSC ticks */
	uint64_t bytes;
};

/*
 * Calls of one cell with the same errno and in the same latency bucket; becomes a sample of the
 * profile. A process can be killed between any two stores. So the thread first copies the counts to
 * thread_area.before, then sets thread_area.entry, and only then changes the counts. If a thread
 * died in phase AREA_AFTER with thread_area.entry set, the helper restores the counts and counts
 * the call itself.
 */
struct area_entry {
	uint32_t next;
	uint16_t error;	 /* errno, 0 on success */
	uint16_t bucket; /* histogram bucket */
	struct area_counts counts;
};

struct thread_area {
	uint64_t self;	    /* this area's address in the program */
	uint32_t is_active; /* area_active_word(self, size), or 0 in the blank area */
	uint32_t phase;	    /* enum area_phase */
	uint64_t registers[AREA_NR_REGISTERS];
	uint64_t result;
	uint32_t size;	      /* THREAD_AREA_SIZE or SMALL_AREA_SIZE */
	uint64_t start_ticks; /* TSC at the start of the current call */
	uint64_t tsc_mult;    /* nanoseconds = ticks * tsc_mult >> 32 */
	uint64_t data_addr;   /* address of the struct gate_data */
	uint64_t stack_start; /* a stack pointer below it is on another stack */
	uint64_t stack_end;   /* upper end for unwinding; 0: unknown, no records are written */
	uint64_t misses;      /* calls that stopped instead */
	/*
	 * start_ticks + 1: the helper has noted the change of code that the next call makes, and the
	 * gate may make this call. Any other value permits nothing.
	 */
	uint64_t permitted_ticks;
	uint32_t memo;		   /* of the current call; 0: the call is recorded */
	uint32_t cell;		   /* of the current call */
	uint32_t entry;		   /* the entry that counts the current call; 0: none yet */
	struct area_counts before; /* the counts of that entry before the current call */
	uint64_t records_end;	   /* area_mark of the end of the last complete record */
	uint32_t records_limit;	   /* records must end at or before this offset */
	uint32_t round_end;	   /* offset where the previous round ended */
	uint32_t image_size;	   /* bytes of the image, which ends where the records begin */
	uint32_t all_memos;	   /* the first memo of a list that continues with next_of_all */
	uint32_t used;		   /* end of the last entry */
	uint32_t memos_start;	   /* memos and cells are between this offset and the image */
	uint32_t is_full;	   /* there was no room for an entry: the helper empties the area */
	uint32_t effect;	   /* enum area_effect of the current call */
	/*
	 * Not 0 if the thread blocks SIGSYS (see helper/tracer/dispatch.h). The gate writes it, and
	 * the helper too while the thread is stopped.
	 */
	uint32_t blocks_sigsys;
	uint32_t nr_added;
	/* Code that the thread has mapped since the helper last wrote gate_data.code. */
	struct gate_range added[AREA_MAX_ADDED];
	uint32_t buckets[AREA_NR_BUCKETS];
	/* area_mark up to which the helper has read. The thread rarely needs this cache line. */
	uint64_t records_read __attribute__((aligned(64)));
};

/* The gate's stack is between the end of the struct and AREA_STACK_TOP. */
#define AREA_FIRST_FREE AREA_STACK_TOP

/*
 * Returns the value of is_active for an area of @size bytes at @self. If the program uses gs
 * itself, the gate finds another value there.
 */
static inline uint32_t area_active_word(uint64_t self, uint32_t size)
{
	return AREA_MAGIC ^ (uint32_t)self ^ size;
}

/*
 * An offset among the records, with the number of the round through the ring. The helper reads in
 * the same round in which the thread writes, or in the one before.
 */
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
 * A call that maps code has returned @result; the size is in registers[]. Notes the new range. The
 * helper reads /proc/PID/maps before it unwinds a later record.
 */
static inline void area_note_added(struct thread_area *area, uint64_t result)
{
	const uint64_t page = 4096;
	uint64_t end = result + ((area->registers[AREA_RSI] + page - 1) & ~(page - 1));
	/* Read nr_added only once: another thread may overwrite it after the check. */
	uint32_t nr = __atomic_load_n(&area->nr_added, __ATOMIC_RELAXED);

	if (result <= (uint64_t)-4096 && nr < AREA_MAX_ADDED) {
		area->added[nr] = (struct gate_range){ result, end };
		__atomic_store_n(&area->nr_added, nr + 1, __ATOMIC_RELEASE);
	}
}

/* A call with thread_area.effect has returned @result. */
static inline void area_note_effect(struct thread_area *area, uint64_t result)
{
	if (area->effect == AREA_ADDS_CODE)
		area_note_added(area, result);
	else if (result == 0)
		area->blocks_sigsys = area->effect == AREA_BLOCKS_SIGSYS;
	/*
	 * This store comes last: if a signal takes the thread out of the gate before, the helper
	 * notes the effect.
	 */
	__atomic_store_n(&area->effect, AREA_NO_EFFECT, __ATOMIC_RELEASE);
}

static inline uint32_t area_bucket(uint64_t return_addr, uint64_t sp)
{
	return (uint32_t)(((return_addr ^ sp << 9) * 0x9e3779b97f4a7c15u) >> 55);
}

#endif
#endif
