/* SPDX-License-Identifier: MIT */
/*
 * The part of a stopped thread's stack that was read at this stop: a window that begins at the
 * stack pointer and grows upwards as far as it is asked for.
 */
#ifndef SCPROF_HELPER_UNWIND_SNAPSHOT_H
#define SCPROF_HELPER_UNWIND_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SNAPSHOT_MAX (1u << 20)

struct snapshot {
	pid_t tid;
	uint64_t start; /* the stack pointer, aligned down to a word */
	size_t size;	/* bytes read so far */
	bool is_at_end; /* nothing behind these is readable */
	uint8_t *bytes; /* SNAPSHOT_MAX */
};

/* Begins anew for a stop of @tid; keeps the buffer. */
void snapshot_reset(struct snapshot *snapshot, pid_t tid, uint64_t sp);
/*
 * Begins anew with the @size bytes of @stack, which stood at @sp, aligned down to a word: all there
 * is.
 */
void snapshot_set(struct snapshot *snapshot, uint64_t sp, const void *stack, size_t size);
/* Reads up to @end, an address, where that is in reach. */
void snapshot_extend(struct snapshot *snapshot, uint64_t end);
/*
 * Gets the word at @addr, reading more of the stack when it is within @reach bytes behind what
 * was read. Returns false when it lies elsewhere or cannot be read.
 */
bool snapshot_word(struct snapshot *snapshot, uint64_t addr, size_t reach, uint64_t *value);

#endif
