/* SPDX-License-Identifier: MIT */
/*
 * Stack snapshots. One process_vm_readv(2) serves a whole walk or memo check.
 */
#include "helper/unwind/snapshot.h"

#include <string.h>

#include "helper/trace/remote_memory.h"
#include "profile/util/xalloc.h"

void snapshot_reset(struct snapshot *snapshot, pid_t tid, uint64_t sp)
{
	if (!snapshot->buffer)
		snapshot->buffer = xmalloc(SNAPSHOT_MAX);
	snapshot->bytes = snapshot->buffer;
	snapshot->tid = tid;
	snapshot->start = sp & ~7ull;
	snapshot->size = 0;
	snapshot->is_at_end = false;
}

void snapshot_set(struct snapshot *snapshot, uint64_t sp, const void *stack, size_t size)
{
	snapshot->tid = 0;
	snapshot->start = sp & ~7ull;
	snapshot->size = size < SNAPSHOT_MAX ? size : SNAPSHOT_MAX;
	snapshot->is_at_end = true;
	snapshot->bytes = stack;
}

void snapshot_extend(struct snapshot *snapshot, uint64_t end)
{
	uint64_t from = snapshot->start + snapshot->size;
	size_t wanted, got;

	if (end <= from || snapshot->is_at_end)
		return;
	wanted = end - snapshot->start > SNAPSHOT_MAX ? SNAPSHOT_MAX - snapshot->size
						      : (size_t)(end - from);
	got = remote_memory_read(snapshot->tid, from, snapshot->buffer + snapshot->size, wanted);
	snapshot->size += got;
	snapshot->is_at_end = got < wanted || snapshot->size == SNAPSHOT_MAX;
}

bool snapshot_word(struct snapshot *snapshot, uint64_t addr, size_t reach, uint64_t *value)
{
	uint64_t behind;

	if (addr < snapshot->start || addr - snapshot->start >= SNAPSHOT_MAX)
		return false;
	behind = addr - snapshot->start + sizeof(*value);
	if (behind > snapshot->size) {
		if (behind > snapshot->size + reach)
			return false;
		snapshot_extend(snapshot, snapshot->start + snapshot->size + reach);
		if (behind > snapshot->size)
			return false;
	}
	memcpy(value, snapshot->bytes + (addr - snapshot->start), sizeof(*value));
	return true;
}
