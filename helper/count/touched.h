/* SPDX-License-Identifier: MIT */
/*
 * --fds: which file, pipe, socket or device each call touches, by its first argument that is a
 * descriptor or a path. With --redact names are replaced by numbers, equal for equal names of one
 * run. At most TOUCHED_MAX pairs of descriptor and name are told apart.
 */
#ifndef SCPROF_HELPER_COUNT_TOUCHED_H
#define SCPROF_HELPER_COUNT_TOUCHED_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

#define TOUCHED_MAX 10000u

/* Makes run->touched, if the user asked for it. */
void touched_init(struct run *run);
void touched_fini(struct run *run);

/* @tracee stands before its call: sets the call's `touched`, 0 when it touches nothing. */
void touched_enter(struct run *run, struct tracee *tracee);
/* The call has returned @result: an opened file's name is better than the path to it. */
void touched_exit(struct run *run, struct tracee *tracee, int64_t result);

/* Fills what @touched stands for into @key. */
void touched_fill(const struct run *run, uint32_t touched, struct sample_key *key);
/* Returns the number of @touched in the log, defining it there when it is new. */
uint32_t touched_log(struct run *run, uint32_t touched, struct log_writer *writer);

#endif
