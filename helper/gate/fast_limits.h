/* SPDX-License-Identifier: MIT */
/*
 * Limits of the program's memory also count memory that scprof maps: RLIMIT_AS always, and
 * RLIMIT_MEMLOCK after the program has called mlockall(2). A process with such a limit gets small
 * areas, so that the gate, the stubs and the areas together take less than 256 KiB.
 */
#ifndef SCPROF_HELPER_GATE_FAST_LIMITS_H
#define SCPROF_HELPER_GATE_FAST_LIMITS_H

#include <stdbool.h>
#include <sys/types.h>

#include "helper/space/fast_space.h"
#include "helper/space/tracee.h"
#include "helper/trace/inject.h"

/* Returns a chunk without memory, with the number and size of areas that the process may have. */
struct fast_chunk fast_limits_chunk(pid_t tid, const struct fast_space *fast);

/*
 * No area is free, and the process of @tracee may get no more memory than it has. A process that
 * was forked from another unmaps the areas that it has inherited, to make room for its own. If that
 * does not help, sets fast->is_full: then further threads get no areas. Does nothing if the process
 * may get more memory.
 */
void fast_limits_make_room(struct injection *injection, struct tracee *tracee);

/* @tracee, the only thread of the process, which has no area, unmaps all areas. */
void fast_limits_unmap(struct injection *injection, struct tracee *tracee);

#endif
