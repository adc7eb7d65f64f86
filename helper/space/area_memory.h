/* SPDX-License-Identifier: MIT */
/*
 * Memory for thread areas, which the helper shares with a process and with the children that it
 * forks. There are four ways to share memory without a name in the file system:
 *
 *   System V:  the helper makes a segment, and the process attaches it. It has no file descriptor,
 *              but it can only be attached in the IPC namespace where it was made.
 *   memfd:     the process makes a file in memory, the helper opens it through /proc/PID/fd, and
 *              the process maps it and closes its descriptor. It works in all namespaces.
 *   tmpfs:     the same, but the process opens a file without a name in /dev/shm. This is for
 *              programs whose filters deny the other calls.
 *   mapped:    the process makes a shared mapping, and the helper opens its file through
 *              /proc/PID/map_files, which only a privileged helper may do. The process needs no
 *              descriptor.
 *
 * Either way the process makes a first call, which the helper injects:
 *
 *	if (area_memory_begin(tid, way, &chunk, &call) &&
 *	    area_memory_end(injection, &chunk, inject_call(injection, call.nr, call.args)))
 *		return true;
 */
#ifndef SCPROF_HELPER_SPACE_AREA_MEMORY_H
#define SCPROF_HELPER_SPACE_AREA_MEMORY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "helper/space/fast_chunk.h"
#include "helper/trace/inject.h"

enum area_way {
	AREA_SYSTEM_V,
	AREA_MEMFD,
	AREA_TMPFS,
	AREA_MAPPED,
	AREA_NR_WAYS,
};

/*
 * Returns the AREA_NR_WAYS ways, in the order in which to try them. @is_alone says that the process
 * has only one thread: no other can see the descriptor of its memfd.
 */
const enum area_way *area_memory_ways(bool is_alone);

/* A call that the process has to make. */
struct memory_call {
	long nr;
	uint64_t args[6];
};

/*
 * Returns true if the program's filters allow the calls of @way for @chunk. If not, sets
 * injection->is_denied.
 */
bool area_memory_is_allowed(struct injection *injection, enum area_way way,
			    const struct fast_chunk *chunk);
/*
 * Begins to make memory for the process of thread @tid, which has a gate. The caller has set the
 * number and size of the areas in @chunk. Fills in @call, and the other members of @chunk except
 * its address. Returns false if this way cannot work.
 */
bool area_memory_begin(pid_t tid, enum area_way way, struct fast_chunk *chunk,
		       struct memory_call *call);

/*
 * The call has returned @result in the process, or -ESRCH if it was not made. Returns true if
 * @chunk is now mapped in the helper, and at chunk->addr in the process. If it returns false,
 * nothing is left of @chunk.
 */
bool area_memory_end(struct injection *injection, struct fast_chunk *chunk, int64_t result);

/* An address space no longer uses @chunk, which is on the heap. The last address space frees it. */
void area_memory_put(struct fast_chunk *chunk);

/*
 * To be called when the helper has nothing else to do. Clears memory that no process uses, for the
 * next process, or frees it. Returns false if there is none.
 */
bool area_memory_tidy(void);

#endif
