// SPDX-License-Identifier: MIT
/*
 * Writes the flags as the program itself would, and changes no memory that the program may not
 * change: ld.so first maps a whole library read-only, and then maps its data over a part of it.
 */
#include "helper/tracer/region_mark.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "helper/base/debug.h"
#include "helper/space/tracee.h"
#include "helper/trace/remote_memory.h"

#define MAX_TRIES 64u /* after this many calls, the file is probably not loaded as a library */

static bool write_flag(pid_t tid, uint64_t addr, uint32_t value)
{
	struct iovec local = { .iov_base = &value, .iov_len = sizeof(value) };
	struct iovec remote = { .iov_base = (void *)(uintptr_t)addr, .iov_len = sizeof(value) };

	if (process_vm_writev(tid, &local, 1, &remote, 1, 0) == sizeof(value))
		return true;
	/* The process is undumpable. The other way of writing needs no permission. */
	return errno == EPERM && remote_memory_write(tid, addr, &value, sizeof(value));
}

/*
 * Sets every flag to @value. Returns how many it could not write, and stores in *@nr how many there
 * are.
 */
static unsigned int write_flags(struct tracee *tracee, uint32_t value, unsigned int *nr)
{
	const struct layout *layout = tracee_layout(tracee);
	unsigned int nr_missing = 0;

	*nr = 0;
	for (unsigned int i = 0; i < layout->nr_regions; i++) {
		const struct region *region = &layout->regions[i];

		if (!region->is_executable || !region->file || !region->file->flag_vaddr)
			continue;
		(*nr)++;
		nr_missing +=
			!write_flag(tracee->tid, region->bias + region->file->flag_vaddr, value);
	}
	return nr_missing;
}

/* Makes the fast engine forget the thread's stacks and record no call. */
static void forget(struct tracee *tracee)
{
	if (!tracee->gate->area)
		return;
	memset(tracee->gate->area->buckets, 0, sizeof(tracee->gate->area->buckets));
	tracee->gate->area->stack_end = 0;
}

bool region_mark_set(struct tracee *tracee)
{
	struct address_space *space = tracee->process->space;
	const struct layout *layout = tracee_layout(tracee);
	unsigned int nr_missing, nr;

	tracee->awaits_mark = false;
	if (space->marked == layout || space->is_unmarkable || tracee->has_own_filter ||
	    tracee->filters)
		return false;
	nr_missing = write_flags(tracee, 1, &nr);
	if (nr)
		debug(call, "%d: %u of %u flags set", (int)tracee->tid, nr - nr_missing, nr);
	tracee->awaits_mark = nr_missing && space->nr_mark_tries++ < MAX_TRIES;
	if (tracee->awaits_mark) {
		forget(tracee);
		return true;
	}
	space->marked = layout;
	space->nr_mark_tries = 0;
	return false;
}

bool region_mark_clear(struct tracee *tracee)
{
	unsigned int nr;

	write_flags(tracee, 0, &nr);
	tracee->process->space->is_unmarkable = true;
	return nr;
}
