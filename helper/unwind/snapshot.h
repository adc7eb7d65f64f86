/* SPDX-License-Identifier: MIT */
/*
 * The part of a stopped thread's stack that the helper has read at this stop. It begins at the
 * stack pointer, and grows upwards as far as it is needed.
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
	bool is_at_end; /* no further bytes can be read */
	const uint8_t *bytes;
	uint8_t *buffer; /* SNAPSHOT_MAX bytes, or NULL if it has not been needed yet */
};

/* Starts again, for a stop of @tid. Keeps the buffer. */
void snapshot_reset(struct snapshot *snapshot, pid_t tid, uint64_t sp);
/*
 * Starts again, with the @size bytes of @stack and no others. They were at @sp, aligned down to a
 * word. The bytes are not copied, so the caller must keep @stack as long as it uses the snapshot.
 */
void snapshot_set(struct snapshot *snapshot, uint64_t sp, const void *stack, size_t size);
/* Reads up to the address @end, as far as possible. */
void snapshot_extend(struct snapshot *snapshot, uint64_t end);
/*
 * Gets the word at @addr. Reads more of the stack if it is at most @reach bytes after the bytes
 * read so far. Returns false if it is elsewhere or cannot be read.
 */
bool snapshot_word(struct snapshot *snapshot, uint64_t addr, size_t reach, uint64_t *value);

#endif
