/* SPDX-License-Identifier: MIT */
/*
 * --fds: which file, pipe, socket or device each call uses. The first argument that is a descriptor
 * or a path decides. With --redact, numbers replace the names; equal names of a run have equal
 * numbers. The helper distinguishes at most TOUCHED_MAX pairs of descriptor and name.
 */
#ifndef SCPROF_HELPER_COUNT_TOUCHED_H
#define SCPROF_HELPER_COUNT_TOUCHED_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

#define TOUCHED_MAX 10000u

/* Creates run->touched if the user asked for it. */
void touched_init(struct run *run);
void touched_fini(struct run *run);

/*
 * @tracee is stopped before its call. Sets the `touched` of the call, which is 0 if it uses no
 * file.
 */
void touched_enter(struct run *run, struct tracee *tracee);
/*
 * The call has returned @result. If it has opened a file, the name of the file replaces the path.
 */
void touched_exit(struct run *run, struct tracee *tracee, int64_t result);

/* Sets the members of @key for the entry @touched. */
void touched_fill(const struct run *run, uint32_t touched, struct sample_key *key);
/* Returns the number of @touched in the log. Defines it there if it is new. */
uint32_t touched_log(struct run *run, uint32_t touched, struct log_writer *writer);

#endif
