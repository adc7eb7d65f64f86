/* SPDX-License-Identifier: MIT */
/*
 * New threads and processes. The stop of the parent that tells of a birth and the first stop of the child come in any
 * order, so the child is held until its parent has told whose it is.
 */
#ifndef SCPROF_HELPER_BIRTHS_H
#define SCPROF_HELPER_BIRTHS_H

#include <stdbool.h>
#include <sys/types.h>

struct tracee;
struct tracer;

/* @parent, at its stop for it, has made a thread or process; its own first stop may have been seen before. */
void births_see(struct tracer *tracer, struct tracee *parent);
/* @tracee, whose parent has not told of it yet, has stopped. It stays so. @is_stopped: by job control too. */
void births_hold(struct tracee *tracee, bool is_stopped);
/* The thread is gone. */
void births_forget(const struct tracee *tracee);
/* Whether @tid is a process of its own and not one more thread. */
bool births_is_process(pid_t tid);

/* Whether threads are held until their parents tell of them. */
bool births_are_held(void);
/* Lets those go whose parents will never tell. */
void births_adopt_orphans(struct tracer *tracer);

#endif
